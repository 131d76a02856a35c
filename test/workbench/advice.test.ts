import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { adviceOn, usedFoldersAmong } from "../../src/workbench/commands/advice.js";
import type { BenchResult } from "../../src/workbench/model/result.js";
import type { Rule } from "../../src/workbench/model/violation.js";

const [used, empty] = [mkdtempSync(join(tmpdir(), "tidecast-used-")), mkdtempSync(join(tmpdir(), "tidecast-empty-"))];
writeFileSync(join(used, "log"), "");
afterAll(() => {
  for (const folder of [used, empty]) rmSync(folder, { recursive: true });
});

/** The advice after a run in which n0 broke a rule. */
function adviceAfter(rule: Rule, args: readonly string[]): string[] {
  const violations = [{ rule, node: "n0", time: 0, problem: "did it" }];
  const usedFolders = usedFoldersAmong(args);
  return adviceOn({ violations } as unknown as BenchResult, { bin: process.execPath, logs: undefined, usedFolders });
}

it.each<[rule: Rule, args: readonly string[], isAdvised: boolean]>([
  ["value-invented", ["--data-dir", used], true],
  ["value-invented", [`--data-dir=${used}`], true],
  ["side-channel", ["--preset", "frugal", used], true],
  ["value-invented", ["--data-dir", empty, join(used, "log"), join(used, "nonesuch"), "", "-", "--x="], false],
  ["value-twice", ["--data-dir", used], false],
])("after %s with the arguments %j says whether a folder held files before: %s", (rule, args, isAdvised) => {
  const advice = `${used} already held files before this run, perhaps values of an earlier run: use an empty folder`;
  expect(adviceAfter(rule, args)).toEqual(isAdvised ? [advice] : []);
});
