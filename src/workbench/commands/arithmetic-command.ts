import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { resolveSettings } from "../../application/settings/settings.js";
import { type Prediction, predict } from "../arithmetic/prediction.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../model/settings.js";
import { runSteadily, type SteadyRun, wholeRounds } from "../virtual-cluster/steady-state.js";
import { ARITHMETIC_CASES, type ArithmeticCase, timeLimitOf } from "./arithmetic-cases.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes.js";
import { ProgressBar } from "./progress-bar.js";
import { withSections } from "./written-sections.js";

/** Messages before this time, in ms, are not counted. */
const WARM_UP = 10_000;
const LATENCY = 100;
const BEGIN = "<!-- begin: written by `npm run docs:messages` -->";

/** `tidecast arithmetic`, for the project's own documentation: expected messages beside those counted in virtual time. */
export function addArithmeticCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("arithmetic", { hidden: true })
    .summary("compare the arithmetic of docs/messages.md with runs in virtual time")
    .description(
      "Runs clusters of many kinds in virtual time, and prints the messages per operation that they needed beside the " +
        "expected ones, as the Markdown table of docs/messages.md. Takes a few minutes.",
    )
    .option("--write <file>", `write the table into this file, below ${BEGIN}`)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async ({ write }: { write?: string }) => {
      // Reports an unsuitable file before the measurement, which takes minutes.
      if (write !== undefined) withSections("--write", write, { [BEGIN]: "" });
      const table = await compareAll();
      if (write === undefined) console.log(table);
      else writeFileSync(write, withSections("--write", write, { [BEGIN]: table }));
      setExitCode(EXIT_CODES.passed);
    });
}

async function compareAll(): Promise<string> {
  const progress = new ProgressBar(ARITHMETIC_CASES.length, "runs");
  const rows: string[] = [];
  for (const each of ARITHMETIC_CASES) {
    const { preset, size, rate, latencyDistribution } = each;
    progress.show(rows.length, `${preset}, ${size} nodes, ${rate} operations/s, ${latencyDistribution}`);
    rows.push(compare(each));
    // A run blocks the thread until it ends; this lets Ctrl-C through.
    await new Promise((resolve) => setImmediate(resolve));
  }
  progress.stop();
  return [...HEAD, ...rows].join("\n");
}

const HEAD = [
  "| nodes | height | preset | latency | operations/s | P, ms | expected messages per operation | counted | deviation | expected maximum, ms | read |",
  "|---:|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
];

function compare(each: ArithmeticCase): string {
  const { preset, fanOut, size, rate, latencyDistribution } = each;
  const node = resolveSettings({ preset, fanOut });
  const settings = {
    ...DEFAULT_SETTINGS,
    nodeIds: numberedNodes(size),
    rate,
    latency: LATENCY,
    latencyDistribution,
    timeLimit: timeLimitOf(each),
  };
  const expected = predict(node, settings) as Prediction;
  const stretch = wholeRounds(WARM_UP, settings.timeLimit, expected.period);
  return rowOf(each, expected, runSteadily({ node, settings, limits: {} }, stretch));
}

function rowOf(each: ArithmeticCase, expected: Prediction, { result, steadyMessagesPerOperation }: SteadyRun): string {
  const { preset, size, rate, latencyDistribution } = each;
  const deviation = 100 * (steadyMessagesPerOperation / expected.messagesPerOperation - 1);
  const cells = [
    size,
    expected.height,
    `\`${preset}\``,
    latencyDistribution,
    rate,
    expected.period?.toFixed(0) ?? "at once",
    expected.messagesPerOperation.toPrecision(3),
    steadyMessagesPerOperation.toPrecision(3),
    `${deviation < 0 ? "−" : "+"}${Math.abs(deviation).toFixed(1)} %`,
    expected.benchLatencies.max.toFixed(0),
    result.latencies?.["1"].toFixed(0) ?? "–",
  ];
  const lost = result.lostCount === 0 ? "" : ` (${result.lostCount} lost)`;
  return `| ${cells.join(" | ")}${lost} |`;
}
