import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import type { Command } from "commander";
import { quantile } from "../model/quantiles.js";
import type { BenchResult } from "../model/result.js";
import type { BenchPlan } from "../model/run-bench.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../model/settings.js";
import { CALIBRATION_REFERENCES, type CalibrationReference } from "./calibration-references.js";
import { EXIT_CODES, EXIT_CODES_HELP, UsageError } from "./exit-codes.js";
import { numberBetween } from "./option-values.js";
import { ProgressLine } from "./progress-line.js";
import { renderVerdict } from "./result-table.js";
import { runOnProcesses } from "./run-on-processes.js";

/** `tidecast calibrate`: measures two tiny nodes whose figures under Maelstrom are known. */
export function addCalibrateCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("calibrate")
    .summary("compare this bench with Maelstrom (works in the repository only)")
    .description(
      "Runs two tiny nodes, a flood and a star, in four settings, and prints the median and the range of the measured figures " +
        "beside Maelstrom's. Each run of each setting takes about 35 seconds.",
    )
    .option("--runs <n>", "runs of each setting", numberBetween(1, 100, { integer: true }), 3)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (options: { runs: number }) => {
      setExitCode(await calibrate(options.runs));
    });
}

async function calibrate(runs: number): Promise<number> {
  const table = new Table({
    head: ["", "messages per operation", "per broadcast", "median", "p95", "p99", "max (ms)"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const reference of CALIBRATION_REFERENCES) {
    const results: BenchResult[] = [];
    for (let run = 1; run <= runs; run++) {
      const { result, interrupted } = await runReference(reference, run);
      if (interrupted) return EXIT_CODES.interrupted;
      if (result.latencies === null || result.verdict !== "passed") {
        console.error(`${reference.name}: ${renderVerdict(result)}`);
        return EXIT_CODES.failed;
      }
      results.push(result);
    }
    table.push(measuredRow(reference, results), referenceRow(reference));
  }
  console.log(table.toString());
  return EXIT_CODES.passed;
}

/** One run of a setting of the calibration, on real processes. */
export async function runReference(reference: CalibrationReference, seed: number) {
  const settings = {
    ...DEFAULT_SETTINGS,
    nodeIds: numberedNodes(25),
    rate: 100,
    latency: 100,
    timeLimit: 20_000,
    seed,
    ...reference.settings,
  };
  const plan: BenchPlan = { settings, limits: {} };
  const progress = new ProgressLine(settings);
  const watcher = { begun: (ask: Parameters<ProgressLine["start"]>[0]) => progress.start(ask) };
  return await runOnProcesses(plan, { bin: fixture(reference.node), args: [] }, watcher).finally(() => progress.stop());
}

/** Returns the path of a calibration node. These nodes are test fixtures and not part of the published package. */
function fixture(name: string): string {
  const path = ["../test/fixtures/nodes/", "../../../test/fixtures/nodes/"]
    .map((folder) => fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url)))
    .find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw new UsageError(
      "there is no folder test/fixtures/nodes: run calibrate in a checkout of the repository, not in the published package",
    );
  return path;
}

function measuredRow(reference: CalibrationReference, results: readonly BenchResult[]): string[] {
  const column = (pick: (result: BenchResult) => number | null | undefined, digits: number) =>
    spread(
      results.map((result) => pick(result) ?? Number.NaN),
      digits,
    );
  return [
    `${reference.name}: here`,
    column((result) => result.messagesPerOperation, 2),
    column((result) => result.messagesPerBroadcast, 1),
    column((result) => result.latencies?.["0.5"], 0),
    column((result) => result.latencies?.["0.95"], 0),
    column((result) => result.latencies?.["0.99"], 0),
    column((result) => result.latencies?.["1"], 0),
  ];
}

function referenceRow({ messagesPerOperation, messagesPerBroadcast, latencies }: CalibrationReference): string[] {
  return ["  Maelstrom", String(messagesPerOperation), String(messagesPerBroadcast), ...latencies.map(String)];
}

/** The median, with the smallest and the largest value in parentheses. */
function spread(series: readonly number[], digits: number): string {
  const sorted = [...series].sort((a, b) => a - b);
  const [least, middle, most] = [0, 0.5, 1].map((fraction) => quantile(sorted, fraction).toFixed(digits));
  return series.length === 1 ? `${middle}` : `${middle} (${least}-${most})`;
}
