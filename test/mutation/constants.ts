/**
 * `npm run mutate:constants -- GROUP…`: multiplies and divides each constant of `src/domain/config.ts` by 10 in turn, runs the tests
 * that read it, and prints the first one that notices each change. Option: `--why` (print how each test fails).
 *
 * One process changes the constants one after another, between one run of a test and the next. So a constant that a module reads
 * as it is loaded cannot be changed; none is.
 */
import { parseArgs } from "node:util";
import { createVitest, type TestModule } from "vitest/node";
import * as config from "../../src/domain/config.js";
import { groupOf, pathsOf } from "./constant-paths.js";
import type { Change } from "./constant-runner.js";
import { ENDLESS } from "./endless.js";
import { CONSTANTS, notJudging, RELATIONS } from "./judges.js";

const FACTORS = [10, 0.1];

function showProgress(testModule: TestModule): void {
  const noticed = [...testModule.children.allTests()].flatMap((test) => Object.keys(test.meta().noticed ?? {}));
  const seconds = (testModule.diagnostic().duration / 1000).toFixed(1);
  console.error(`${testModule.relativeModuleId}: ${noticed.length} changes noticed, ${seconds} s`);
}

/** A test that fails with a change, and its message. */
interface Noticing {
  readonly test: string;
  readonly why: string;
}

/** @throws {Error} if a test fails without a change */
async function findNoticed(changes: readonly Change[]): Promise<Map<string, Noticing>> {
  process.env.MUTATED = CONSTANTS;
  const vitest = await createVitest("test", {
    config: "test/mutation/vitest.config.ts",
    runner: "test/mutation/constant-runner.ts",
    exclude: [...notJudging, RELATIONS],
    watch: false,
    maxWorkers: 1,
    // Each test runs hundreds of times.
    testTimeout: 600_000,
    reporters: [{ onTestModuleEnd: showProgress }],
    onConsoleLog: () => false,
  });
  vitest.provide("changes", changes);
  const { testModules, unhandledErrors } = await vitest.start();
  const noticed = new Map<string, Noticing>();
  const failures = unhandledErrors.map(String);
  for (const module of testModules) {
    failures.push(...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`));
    for (const test of module.children.allTests()) {
      const name = `${module.relativeModuleId}: ${test.fullName}`;
      failures.push(...(test.result().errors ?? []).map(({ message }) => `${name}: ${message}`));
      for (const [change, why] of Object.entries(test.meta().noticed ?? {}))
        if (why !== ENDLESS || !noticed.has(change)) noticed.set(change, { test: name, why });
    }
  }
  await vitest.close();
  if (failures.length > 0) throw new Error(`Without a change, or after it, these tests fail:\n${failures.join("\n")}`);
  return noticed;
}

const { values: options, positionals: groups } = parseArgs({
  allowPositionals: true,
  options: { why: { type: "boolean", default: false } },
});
const unknown = groups.filter((group) => !(group in config));
if (unknown.length > 0) {
  console.error(`There are no constants ${unknown.join(", ")}. Give names such as ${Object.keys(config).join(", ")}.`);
  process.exit(2);
}
const constants = [...pathsOf(config)].filter(([path]) => groups.length === 0 || groups.includes(groupOf(path)));
const changes = constants.flatMap(([path, value]) =>
  FACTORS.map((factor) => ({ name: `${path} × ${factor}`, path, value: value * factor })),
);
const noticed = await findNoticed(changes);
for (const { name } of changes) {
  const { test = "not noticed", why } = noticed.get(name) ?? {};
  console.log(`${name}: ${test}${options.why && why !== undefined ? ` (${why})` : ""}`);
}
const unnoticed = changes.filter(({ name }) => !noticed.has(name));
const endless = changes.filter(({ name }) => noticed.get(name)?.why === ENDLESS);
console.log(
  `\n${constants.length} constants, ${changes.length} changes; ${unnoticed.length} of them were noticed by no test, and ${endless.length} only by tests that took too long`,
);
for (const { name } of [...unnoticed, ...endless]) console.log(name);
process.exit(unnoticed.length === 0 ? 0 : 1);
