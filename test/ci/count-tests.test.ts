import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What CI prints about a report of vitest with one test of each status, and its exit code. */
function counted(statuses: readonly string[], success = true): { lines: string[]; code: number | null } {
  const path = join(mkdtempSync(join(tmpdir(), "tidecast-count-")), "report.json");
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index + 1}` }));
  writeFileSync(
    path,
    JSON.stringify({ success, testResults: [{ name: "a.test.ts", status: "passed", assertionResults }] }),
  );
  const { stdout, status } = spawnSync(process.execPath, [".ci/count-tests.mjs", path], { encoding: "utf8" });
  return { lines: stdout.trim().split("\n"), code: status };
}

it("counts tests that passed and failed, and names those that failed", () => {
  expect(counted(["passed", "passed"])).toEqual({ lines: ["2 passed, 0 failed"], code: 0 });
  expect(counted(["passed", "failed"], false)).toEqual({
    lines: ["failed: test 2 (a.test.ts)", "1 passed, 1 failed"],
    code: 1,
  });
});

it("counts a test as failed if its worker ended before it, though vitest reports success", () => {
  expect(counted(["passed", "pending"])).toEqual({
    lines: ["failed: test 2 did not end (a.test.ts)", "1 passed, 1 failed"],
    code: 1,
  });
});

it("does not take a report without any test that ran for success", () => {
  expect(counted(["skipped"]).code).toBe(1);
});
