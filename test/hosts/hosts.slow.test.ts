import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "./perform.js";
import { SCENARIOS } from "./scenarios.js";

const run = promisify(execFile);

/** How long faults last, in s: short, as there are many. `npm run hosts -- --hold 120` lets them last. */
const HOLD = "2";

/*
 * Real servers in network namespaces, under load. Where a tool is missing, or namespaces are not permitted, these fail, and the error
 * says what to install: see tools.ts.
 */
describe("five servers on hosts of their own lose nothing that was acknowledged", () => {
  const outcomes = new Map<string, Outcome>();
  let errors = "";

  beforeAll(async () => {
    await run("node_modules/.bin/tsup", ["--config", "test/hosts/tsup.config.ts"]);
    const program = ["node_modules/.cache/hosts/run.js", "--json", "--hold", HOLD];
    // With an exit code of 1 there are outcomes as well.
    const ended = await run(process.execPath, program).catch((error: { stdout: string; stderr: string }) => error);
    errors = ended.stderr;
    if (ended.stdout === "") throw new Error(errors);
    for (const outcome of JSON.parse(ended.stdout) as Outcome[]) outcomes.set(outcome.scenario, outcome);
  });

  it.each(SCENARIOS.map(({ name, summary }) => [name, summary]))("%s: %s", (name) => {
    const outcome = outcomes.get(name);
    expect(outcome, errors).toMatchObject({
      ...{ missing: [], invented: [], repeated: [], gaps: 0, followersComplete: true },
      acknowledged: expect.any(Number),
    });
    expect(outcome?.acknowledged, errors).toBeGreaterThan(0);
  });
});
