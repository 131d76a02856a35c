/**
 * `npm run mutate:constants -- GROUP…`: multiplies and divides each constant of `src/domain/config.ts` by 10 in turn, runs the tests
 * that judge mutants of the domain, and prints the constants whose change no test noticed.
 */
import { resolve } from "node:path";
import { createVitest } from "vitest/node";
import * as config from "../../src/domain/config.js";
import { pathsOf } from "./constant-paths.js";

const FACTORS = [10, 0.1];

process.env.MUTATED = "src/domain/config.ts";
const vitest = await createVitest("test", {
  config: "test/mutation/vitest.config.ts",
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
  onConsoleLog: () => false,
});
for (const { config } of vitest.projects) config.setupFiles.unshift(resolve("test/mutation/changed-constant.ts"));

/** The first test that fails with this value of the constant; `undefined` if all pass. */
async function noticedBy(path: string, value: number): Promise<string | undefined> {
  vitest.provide("changedConstant", { path, value });
  vitest.state.filesMap.clear();
  vitest.state.errorsSet.clear();
  const { testModules } = await vitest.start();
  for (const testModule of testModules) {
    for (const test of testModule.children.allTests("failed"))
      return `${testModule.relativeModuleId}: ${test.fullName}`;
    if (testModule.state() === "failed") return testModule.relativeModuleId;
  }
  return undefined;
}

const groups = process.argv.slice(2);
const constants = [...pathsOf(config)].filter(
  // Those that are computed from others stand outside of the groups, and cannot be set.
  ([path]) => path.includes(".") && (groups.length === 0 || groups.includes(path.split(".")[0] as string)),
);
const unnoticed: string[] = [];
for (const [path, value] of constants)
  for (const factor of FACTORS) {
    const test = await noticedBy(path, value * factor);
    console.log(`${path} × ${factor}: ${test ?? "not noticed"}`);
    if (test === undefined) unnoticed.push(`${path} × ${factor}`);
  }
await vitest.close();
console.log(
  `\n${unnoticed.length} of ${constants.length * FACTORS.length} changes were noticed by no test\n${unnoticed.join("\n")}`,
);
process.exit(unnoticed.length === 0 ? 0 : 1);
