/**
 * `npm run mutate -- FOLDER…`: tries the mutants of these folders or files, or of all (StrykerJS), and prints the scores and how
 * the survivors differ from their list. Exits with 1 if the list lacks one. Options: `--concurrency N`, `--force` (forget earlier
 * results), `--table` (print the scores of the last runs, and try nothing).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { createVitest } from "vitest/node";
import { mutatedFolders } from "./judges.js";
import { type Report, scoreTable } from "./report.js";
import { compareSurvivors, readSurvivorList } from "./survivors.js";

const REPORTS = "reports/mutation";
/** A busy machine must not kill mutants: a mutant may take so many times as long as its tests, and so many ms more. */
const TIMEOUT = { timeoutMS: 10_000, timeoutFactor: 4, dryRunTimeoutMinutes: 60 };

/** The parts that get a report each: folders of the domain, its own files, and the adapters. */
function parts(): string[] {
  return mutatedFolders.flatMap((folder) => {
    if (folder !== "src/domain") return [folder];
    const entries = readdirSync(folder, { withFileTypes: true });
    const name = (entry: { readonly name: string }) => `${folder}/${entry.name}`;
    return [
      ...entries.filter((entry) => entry.isDirectory()).map(name),
      ...entries.filter((e) => e.isFile()).map(name),
    ].filter((part) => part.endsWith(".ts") || !part.includes("."));
  });
}

const folderOf = (part: string) => join(REPORTS, part.replace(/^src\//, "").replaceAll("/", "-"));
const reportOf = (part: string) => join(folderOf(part), "report.json");
const read = (part: string) => JSON.parse(readFileSync(reportOf(part), "utf8")) as Report;

const VITEST_CONFIG = "test/mutation/vitest.config.ts";

/**
 * Stryker takes no notice of a test file that cannot be loaded with the mutants in it.
 * @throws {Error} if the report lacks such a file
 */
async function expectAllJudges({ testFiles }: Report): Promise<void> {
  const vitest = await createVitest("test", { config: VITEST_CONFIG, watch: false });
  const judges = (await vitest.globTestSpecifications()).map(({ moduleId }) => relative(process.cwd(), moduleId));
  await vitest.close();
  const missing = judges.filter((judge) => testFiles[judge] === undefined);
  if (missing.length > 0)
    throw new Error(`These tests did not run with the mutants in the code: ${missing.join(", ")}`);
}

async function mutate(part: string, options: { readonly concurrency: number; readonly force: boolean }): Promise<void> {
  const folder = folderOf(part);
  mkdirSync(folder, { recursive: true });
  process.env.MUTATED = part;
  await new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: VITEST_CONFIG, related: false },
    mutate: [statSync(part).isDirectory() ? `${part}/**/*.ts` : part],
    ignorePatterns: ["/dist", "/docs", "/reports", "/comparison", "/examples"],
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: join(folder, "incremental.json"),
    force: options.force,
    reporters: ["html", "json", process.stdout.isTTY ? "progress" : "progress-append-only"],
    htmlReporter: { fileName: join(folder, "index.html") },
    jsonReporter: { fileName: reportOf(part) },
    concurrency: options.concurrency,
    tempDirName: ".stryker-tmp",
    thresholds: { high: 85, low: 80, break: null },
    ...TIMEOUT,
  }).runMutationTest();
  await expectAllJudges(read(part));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: "string", default: String(availableParallelism()) },
    force: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
  },
});
const wanted = positionals.length > 0 ? positionals.map((part) => part.replace(/\/+$/, "")) : parts();
const unknown = wanted.filter((part) => !existsSync(part) || !mutatedFolders.some((folder) => part.startsWith(folder)));
if (unknown.length > 0) {
  console.error(
    `No mutants are made of ${unknown.join(", ")}. Give files or folders below ${mutatedFolders.join(", ")}.`,
  );
  process.exit(2);
}
if (!values.table)
  for (const part of wanted) await mutate(part, { concurrency: Number(values.concurrency), force: values.force });

const reports = wanted.filter((part) => existsSync(reportOf(part))).map((part) => [part, read(part)] as const);
const list = readSurvivorList();
const comparisons = reports.map(([, report]) => compareSurvivors(report, list));
const print = (title: string, mutants: readonly string[]) => {
  if (mutants.length > 0) console.log([title, ...mutants, ""].join("\n"));
};
const unlisted = comparisons.flatMap((comparison) => comparison.unlisted);
print("Write a test for each of these, or list it with a reason in test/mutation/survivors:", unlisted);
print(
  "Delete these from test/mutation/survivors; they no longer survive:",
  comparisons.flatMap(({ obsolete }) => obsolete),
);
console.log(scoreTable(reports));
process.exitCode = unlisted.length > 0 ? 1 : 0;
