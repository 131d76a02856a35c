// Prints how many tests passed and failed, by vitest's reports: `node .ci/count-tests.mjs report.json …`.
// Ends with 1 if any failed, if a report is missing (vitest crashed), or if one tells of no test that ran.
import { readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
let isGood = true;

for (const path of process.argv.slice(2)) {
  const report = read(path);
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name })),
  );
  const having = (status) => tests.filter((test) => test.status === status);
  // A file that could not even be loaded has no tests to count, and is a failure all the same.
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  // The worker of a file may end, for instance without memory. Vitest counts its tests neither as passed nor as failed.
  const unfinished = having("pending");
  passed += having("passed").length;
  failed += having("failed").length + unloadable.length + unfinished.length;
  for (const { file, fullName } of having("failed")) console.log(`failed: ${fullName} (${file})`);
  for (const { file, fullName } of unfinished) console.log(`failed: ${fullName} did not end (${file})`);
  for (const { name } of unloadable) console.log(`failed: ${name}`);
  for (const { fullName } of having("skipped")) console.log(`skipped: ${fullName}`);
  if (report.success !== true || having("passed").length === 0) isGood = false;
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = isGood && failed === 0 ? 0 : 1;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.log(`failed: no report of the tests: ${error.message}`);
    return { success: false, testResults: [] };
  }
}
