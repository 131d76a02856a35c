import { randomInt } from "node:crypto";
import type { Command } from "commander";
import { type PresetName, presets } from "../../application/settings/presets.js";
import { quantile } from "../model/quantiles.js";
import { benchmarkScenario, describeScenario, drawScenario, type Overrides } from "../simulation/draw-scenario.js";
import { LifeTally } from "../simulation/life-tally.js";
import type { Outcome } from "../simulation/outcome.js";
import { describeFailure, traceOf } from "../simulation/report.js";
import { FAULT_KINDS, type Fault, type Scenario } from "../simulation/scenario.js";
import { shrink } from "../simulation/shrink.js";
import { simulate } from "../simulation/simulation.js";
import { reportSimulation } from "../simulation/simulation-recorder.js";
import { hashOf } from "../simulation/trace.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";
import { ProgressBar } from "./progress-bar.js";
import { checkWritable, writeReport } from "./report-output.js";

/** How long the benchmark runs, in ms. */
const BENCHMARK_TIME = 10_000;
/** Failures that are shrunk and printed in full; of further ones the seed alone. */
const MOST_REPORTS = 3;
const LARGEST_SEED = 2 ** 32 - 1;

interface SimOptions {
  readonly seeds?: number;
  readonly seed?: number;
  readonly from?: number;
  readonly nodes?: number;
  readonly preset?: PresetName;
  readonly fanOut?: number;
  readonly journal?: boolean;
  readonly ack?: Scenario["ack"];
  readonly faults?: readonly Fault["kind"][];
  readonly trace?: boolean;
  readonly benchmark?: boolean;
  readonly report?: string;
}

/** `tidecast sim`: whole clusters in virtual time, under faults drawn from a seed. */
export function addSimCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("sim")
    .summary("run many clusters in virtual time under random faults, and check that they keep every promise")
    .description(
      "Runs whole clusters of Tidecast's own node in one thread and in virtual time. Each seed draws a cluster, its workload " +
        "and its faults, and always gives the same run. What is promised is checked all along; a failure prints its seed, " +
        "the command that replays it, and the trace of the smallest scenario found that fails in the same way.",
    )
    .option("--seeds <n>", "how many seeds to run (default: 200)", numberBetween(1, 1e6, { integer: true }))
    .option("--from <seed>", "the first of them (default: random)", numberBetween(0, LARGEST_SEED, { integer: true }))
    .option("--seed <seed>", "run this seed alone", numberBetween(0, LARGEST_SEED, { integer: true }))
    .option("--trace", "with --seed: print everything that happens, and a hash of it")
    .option("--nodes <n>", "members of each cluster, 1 to 50 (default: drawn)", numberBetween(1, 50, { integer: true }))
    .option(
      "--preset <name>",
      `preset of the members: ${Object.keys(presets).join(", ")} (default: drawn)`,
      oneOf(Object.keys(presets) as PresetName[]),
    )
    .option("--fan-out <n>", "most children of a member (default: drawn)", numberBetween(1, 1000, { integer: true }))
    .option("--journal", "members write down what they know (default: drawn)")
    .option("--no-journal", "they do not")
    .option(
      "--ack <nodes>",
      "how many members have a value before it is acknowledged: all, or a number (default: 1)",
      ackOf,
    )
    .option("--faults <list>", `draw from these alone: ${FAULT_KINDS.join(", ")} (default: all)`, listOf(FAULT_KINDS))
    .option(
      "--report <file>",
      "write a page that shows a run in a browser: that of --seed, or of the first seed that fails, or of the one whose " +
        "values took longest after its last fault",
    )
    .option("--benchmark", "measure how many clusters of 25 nodes run in a minute, and nothing else")
    .addHelpText(
      "after",
      `
Exit codes:
  0    every promise was kept
  1    a promise was broken
  2    wrong usage
  130  interrupted

Examples:
  tidecast sim --seeds 1000
  tidecast sim --preset frugal --nodes 25 --faults crash,partition
  tidecast sim --seed 42 --trace
  tidecast sim --seed 42 --report seed-42.html`,
    )
    .action(async (options: SimOptions) => setExitCode(await run(options)));
}

async function run(options: SimOptions): Promise<number> {
  if (options.benchmark === true) return benchmark();
  if (options.seed !== undefined && (options.seeds !== undefined || options.from !== undefined))
    throw new UsageError("--seed runs one seed alone: leave out --seeds and --from");
  if (options.trace === true && options.seed === undefined) throw new UsageError("--trace needs --seed");
  if (options.report !== undefined) checkWritable("--report", options.report);
  if (options.seed !== undefined) return runOne(options.seed, options);
  const seeds = options.seeds ?? 200;
  const from = options.from ?? randomInt(LARGEST_SEED - seeds);
  if (from + seeds - 1 > LARGEST_SEED) throw new UsageError(`the last seed would be more than ${LARGEST_SEED}`);
  return runMany(from, seeds, options);
}

function runOne(seed: number, options: SimOptions): number {
  const scenario = drawScenario(seed, overridesOf(options));
  if (options.trace === true) {
    const lines = traceOf(scenario);
    console.log(
      [describeScenario(scenario), ...lines, `trace: ${lines.length} lines, SHA-256 ${hashOf(lines)}`].join("\n"),
    );
  }
  const outcome = simulate(scenario);
  writePageOf(scenario, outcome, options);
  if (outcome.violation === undefined) {
    console.log(`seed ${seed}: ${describeScenario(scenario)}\n${describeOutcome(outcome)}`);
    return EXIT_CODES.passed;
  }
  report(seed, options, outcome);
  return EXIT_CODES.failed;
}

async function runMany(from: number, seeds: number, options: SimOptions): Promise<number> {
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  process.once("SIGINT", interrupt);
  const progress = new ProgressBar(seeds, "seeds");
  const failed: number[] = [];
  const convergences: number[] = [];
  let slowest = { seed: from, convergence: Number.NEGATIVE_INFINITY };
  let messages = 0;
  const tally = new LifeTally();
  try {
    for (let seed = from; seed < from + seeds && !isInterrupted; seed++) {
      progress.show(seed - from, `${failed.length} failed`);
      const scenario = drawScenario(seed, overridesOf(options));
      const outcome = simulate(scenario);
      messages += outcome.messages;
      tally.add(scenario, outcome);
      convergences.push(outcome.convergence);
      if (outcome.convergence > slowest.convergence) slowest = { seed, convergence: outcome.convergence };
      if (outcome.violation !== undefined) {
        failed.push(seed);
        progress.clear();
        if (failed.length === 1) writePageOf(scenario, outcome, options);
        if (failed.length <= MOST_REPORTS) report(seed, options, outcome);
        else console.error(`seed ${seed} FAILED: ${outcome.violation.invariant}: ${outcome.violation.problem}`);
      }
      // A run holds the thread from its beginning to its end; Ctrl-C comes in now.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress.stop();
    process.removeListener("SIGINT", interrupt);
  }
  convergences.sort((one, other) => one - other);
  const figures = [0.5, 0.99, 1].map((q) => `${Math.round(quantile(convergences, q) ?? 0)}`).join(" / ");
  console.log(
    `${convergences.length} seeds from ${from}: ${failed.length} failed · ${messages} messages · ` +
      `last value after the last fault: ${figures} ms (median / p99 / maximum)`,
  );
  console.log(tally.describe());
  if (failed.length === 0 && convergences.length > 0) writePageOfSlowest(slowest.seed, options);
  if (isInterrupted) return EXIT_CODES.interrupted;
  return failed.length === 0 ? EXIT_CODES.passed : EXIT_CODES.failed;
}

/** Writes the page of a run, if one is wanted. */
function writePageOf(scenario: Scenario, outcome: Outcome, { report }: SimOptions): void {
  if (report === undefined) return;
  writeReport(report, reportSimulation(scenario, outcome));
  console.log(`report of seed ${scenario.seed}: ${report}`);
}

/** Where none failed, the run that took longest to settle tells most. It is run again, since no run was recorded. */
function writePageOfSlowest(seed: number, options: SimOptions): void {
  if (options.report === undefined) return;
  const scenario = drawScenario(seed, overridesOf(options));
  console.log("no seed failed; the page shows the one whose values took longest after its last fault");
  writePageOf(scenario, simulate(scenario), options);
}

function report(seed: number, options: SimOptions, outcome: Outcome): void {
  const scenario = drawScenario(seed, overridesOf(options));
  console.error(describeFailure(scenario, outcome, replayOf(seed, options), shrink(scenario, outcome)));
}

/** The command that runs a seed again, just as it was. */
function replayOf(seed: number, { nodes, preset, fanOut, journal, ack, faults }: SimOptions): string {
  const parts = [`npx tidecast sim --seed ${seed}`];
  if (nodes !== undefined) parts.push(`--nodes ${nodes}`);
  if (preset !== undefined) parts.push(`--preset ${preset}`);
  if (fanOut !== undefined) parts.push(`--fan-out ${fanOut}`);
  if (journal !== undefined) parts.push(journal ? "--journal" : "--no-journal");
  if (ack !== undefined) parts.push(`--ack ${ack}`);
  if (faults !== undefined) parts.push(`--faults ${faults.join(",")}`);
  return parts.join(" ");
}

function overridesOf({ nodes, preset, fanOut, journal, ack, faults }: SimOptions): Overrides {
  return {
    ...(nodes !== undefined && { nodes }),
    ...(preset !== undefined && { preset }),
    ...(fanOut !== undefined && { fanOut }),
    ...(journal !== undefined && { journal }),
    ...(ack !== undefined && { ack }),
    ...(faults !== undefined && { faults }),
  };
}

/** @throws what commander reports as wrong usage */
function ackOf(text: string): Scenario["ack"] {
  return text === "all" ? "all" : numberBetween(1, 50, { integer: true })(text);
}

function describeOutcome({ messages, acknowledged, exempt, convergence, idleMessages }: Outcome): string {
  const lost = exempt > 0 ? `, ${exempt} of them lost with their only holders, as the fault model allows` : "";
  return (
    `passed: ${acknowledged} values acknowledged${lost}; the last one was everywhere ${Math.round(convergence)} ms after ` +
    `the last value and fault; ${messages} messages, ${idleMessages} in an idle minute`
  );
}

function benchmark(): number {
  const start = performance.now();
  let clusters = 0;
  while (performance.now() - start < BENCHMARK_TIME) simulate(benchmarkScenario(clusters++), { withoutIdleTime: true });
  const aMinute = Math.round((clusters * 60_000) / (performance.now() - start));
  console.log(`${aMinute} clusters a minute (25 nodes, frugal, 10 operations/s, 60 virtual seconds)`);
  return EXIT_CODES.passed;
}
