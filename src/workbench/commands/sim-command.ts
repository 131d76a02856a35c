import { randomInt } from "node:crypto";
import type { Command } from "commander";
import { type PresetName, presets } from "../../application/settings/presets.js";
import { quantile } from "../model/quantiles.js";
import { BREAKAGES, type BreakageName, describeBreakages } from "../simulation/breakages.js";
import { DiskTally } from "../simulation/disk/disk-tally.js";
import { withDisks } from "../simulation/disk/draw-disks.js";
import { benchmarkScenario, describeScenario, drawScenario, type Overrides } from "../simulation/draw-scenario.js";
import { LifeTally } from "../simulation/life-tally.js";
import { describeMemberFailure } from "../simulation/members/member-report.js";
import { describeMemberScenario, drawMemberScenario } from "../simulation/members/member-scenario.js";
import { simulateMembers } from "../simulation/members/member-simulation.js";
import { MemberTally } from "../simulation/members/member-tally.js";
import type { Outcome } from "../simulation/outcome.js";
import { describeFailure, describeShrunk, traceOf } from "../simulation/report.js";
import { FAULT_KINDS, type Fault, type Scenario } from "../simulation/scenario.js";
import { shrink } from "../simulation/shrink.js";
import { simulate } from "../simulation/simulation.js";
import { reportSimulation } from "../simulation/simulation-recorder.js";
import { hashOf } from "../simulation/trace.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";
import { Interruption } from "./interruption.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";
import { ProgressBar } from "./progress-bar.js";
import { checkWritable, writeReport } from "./report-output.js";
import { runManyOnSockets, runOneOnSockets } from "./sim-sockets.js";

/** Duration of the benchmark, in ms. */
const BENCHMARK_TIME = 10_000;
/** Upper bound on failures that are shrunk and printed in full; of further ones only the seed is printed. */
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
  readonly disks?: boolean;
  readonly ack?: Scenario["ack"];
  readonly faults?: readonly Fault["kind"][];
  readonly smallMessages?: boolean;
  readonly sockets?: boolean;
  readonly trace?: boolean;
  readonly shrunk?: boolean;
  readonly break?: BreakageName;
  readonly benchmark?: boolean;
  readonly report?: string;
}

/** `tidecast sim`: whole clusters in virtual time, under faults drawn from a seed. */
export function addSimCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("sim")
    .summary("run many clusters in virtual time under random faults, and check every promise")
    .description(
      "Runs whole clusters of Tidecast's own node in one thread and in virtual time. Each seed draws a cluster with its workload " +
        "and its faults, and a second cluster whose members come and go. The same seed always gives the same runs. Every promise is " +
        "checked after every event. If a cluster fails, the command prints the seed, the command that repeats the run, and the trace " +
        "of the smallest scenario found that fails in the same way.",
    )
    .option("--seeds <n>", "number of seeds to run (default: 200)", numberBetween(1, 1e6, { integer: true }))
    .option("--from <seed>", "first seed (default: random)", numberBetween(0, LARGEST_SEED, { integer: true }))
    .option("--seed <seed>", "run only this seed", numberBetween(0, LARGEST_SEED, { integer: true }))
    .option("--trace", "with --seed: print every event, and a hash of all of them")
    .option(
      "--shrunk",
      "with --seed, if it fails: run only the smallest scenario that fails in the same way, and print all of its trace",
    )
    .option(
      "--nodes <n>",
      "members of each cluster, 1 to 50 (default: random)",
      numberBetween(1, 50, { integer: true }),
    )
    .option(
      "--preset <name>",
      `preset of the members: ${Object.keys(presets).join(", ")} (default: random)`,
      oneOf(Object.keys(presets) as PresetName[]),
    )
    .option("--fan-out <n>", "most children of a member (default: random)", numberBetween(1, 1000, { integer: true }))
    .option("--journal", "members write a journal (default: random)")
    .option("--no-journal", "members write no journal")
    .option("--no-disks", "keep journals in memory instead of on simulated disks, which fail in their own ways")
    .option(
      "--ack <nodes>",
      "members that must have a value before it is acknowledged: all, or a number (default: 1)",
      ackOf,
    )
    .option("--small-messages", "messages have at most 1,400 bytes, so that digests are divided (default: random)")
    .option("--no-small-messages", "messages may have 8 MiB")
    .option("--faults <list>", `use only these faults: ${FAULT_KINDS.join(", ")} (default: all)`, listOf(FAULT_KINDS))
    .option(
      "--break <name>",
      `build a fault into every node, to see how it is found and reported: ${describeBreakages()}`,
      oneOf(Object.keys(BREAKAGES) as BreakageName[]),
    )
    .option(
      "--sockets",
      "instead, run clusters of the library's nodes on the real TCP transport, on a simulated network of sockets: members come, " +
        "go and move, and connections are reset, stall, stay half open, or are refused",
    )
    .option(
      "--report <file>",
      "write a page that shows a run in a browser: the run of --seed; or the first run that fails; or, if none fails, the one " +
        "whose values took longest after its last fault",
    )
    .option("--benchmark", "only measure how many clusters of 25 nodes run per minute")
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
  tidecast sim --seed 42 --report seed-42.html
  tidecast sim --sockets --seeds 100
  tidecast sim --break no-repairs`,
    )
    .action(async (options: SimOptions) => setExitCode(await run(options)));
}

async function run(options: SimOptions): Promise<number> {
  if (options.benchmark === true) return benchmark();
  if (options.seed !== undefined && (options.seeds !== undefined || options.from !== undefined))
    throw new UsageError("--seed runs only one seed: leave out --seeds and --from");
  if (options.trace === true && options.seed === undefined)
    throw new UsageError("--trace needs --seed: give the seed of the run to print");
  if (options.shrunk === true && options.seed === undefined)
    throw new UsageError("--shrunk needs --seed: give the seed of the run that failed");
  if (options.sockets === true) requireSocketOptions(options);
  if (options.report !== undefined) checkWritable("--report", options.report);
  if (options.seed !== undefined)
    return options.sockets === true
      ? runOneOnSockets(options.seed, options.trace === true)
      : runOne(options.seed, options);
  const seeds = options.seeds ?? 200;
  const from = options.from ?? randomInt(LARGEST_SEED - seeds);
  if (from + seeds - 1 > LARGEST_SEED)
    throw new UsageError(
      `--from ${from} with --seeds ${seeds} exceeds the largest seed, ${LARGEST_SEED}: lower one of them`,
    );
  return options.sockets === true ? runManyOnSockets(from, seeds) : runMany(from, seeds, options);
}

/** @throws {UsageError} for an option that says nothing about clusters on sockets */
function requireSocketOptions(options: SimOptions): void {
  const known = ["sockets", "seed", "seeds", "from", "trace"];
  // `disks` is true without an option.
  const other = Object.entries(options).find(([name, value]) => !known.includes(name) && !(name === "disks" && value));
  if (other !== undefined)
    throw new UsageError(
      `--sockets draws everything from the seed: leave out the option for ${other[0]}, or leave out --sockets (with it: --seed, --seeds, --from, --trace)`,
    );
}

async function runOne(seed: number, options: SimOptions): Promise<number> {
  const scenario = scenarioOf(seed, options);
  if (options.trace === true) {
    const lines = traceOf(scenario);
    console.log(
      [describeScenario(scenario), ...lines, `trace: ${lines.length} lines, SHA-256 ${hashOf(lines)}`].join("\n"),
    );
  }
  const outcome = simulate(scenario);
  if (options.shrunk === true && outcome.violation !== undefined) return runShrunk(scenario, outcome, options);
  writePageOf(scenario, outcome, options);
  if (outcome.violation !== undefined) {
    report(seed, options, outcome);
    return EXIT_CODES.failed;
  }
  console.log(`seed ${seed}: ${describeScenario(scenario)}\n${describeOutcome(outcome)}`);
  const members = drawMemberScenario(seed);
  const { problem, agreement } = await simulateMembers(members);
  if (problem !== undefined) {
    console.error(await describeMemberFailure(members, problem));
    return EXIT_CODES.failed;
  }
  console.log(
    `${describeMemberScenario(members)[0]}: passed; all agreed ${Math.round(agreement)} ms after the last event`,
  );
  return EXIT_CODES.passed;
}

/** Runs the smallest scenario that fails as this one does. */
function runShrunk(scenario: Scenario, outcome: Outcome, options: SimOptions): number {
  const shrunk = shrink(scenario, outcome);
  console.log([describeScenario(shrunk.scenario), ...traceOf(shrunk.scenario), ...describeShrunk(shrunk)].join("\n"));
  writePageOf(shrunk.scenario, shrunk.outcome, options);
  return EXIT_CODES.failed;
}

async function runMany(from: number, seeds: number, options: SimOptions): Promise<number> {
  const interruption = new Interruption();
  const progress = new ProgressBar(seeds, "seeds");
  const failed: number[] = [];
  const convergences: number[] = [];
  let slowest = { seed: from, convergence: Number.NEGATIVE_INFINITY };
  let messages = 0;
  const tally = new LifeTally();
  const memberTally = new MemberTally();
  const disks = new DiskTally();
  try {
    for (let seed = from; seed < from + seeds && !interruption.isPending; seed++) {
      progress.show(seed - from, `${failed.length} failed`);
      const scenario = scenarioOf(seed, options);
      const outcome = simulate(scenario);
      messages += outcome.messages;
      tally.add(scenario, outcome);
      disks.add(outcome);
      convergences.push(outcome.convergence);
      if (outcome.convergence > slowest.convergence) slowest = { seed, convergence: outcome.convergence };
      if (outcome.violation !== undefined) {
        failed.push(seed);
        progress.clear();
        if (failed.length === 1) writePageOf(scenario, outcome, options);
        if (failed.length <= MOST_REPORTS) report(seed, options, outcome);
        else console.error(`seed ${seed} FAILED: ${outcome.violation.invariant}: ${outcome.violation.problem}`);
      } else if (!(await runMembers(seed, memberTally, failed.length < MOST_REPORTS))) failed.push(seed);
      await interruption.letThrough();
    }
  } finally {
    progress.stop();
    interruption.stop();
  }
  convergences.sort((one, other) => one - other);
  const figures = [0.5, 0.99, 1].map((q) => `${Math.round(quantile(convergences, q) ?? 0)}`).join(" / ");
  const ran = `${convergences.length} ${convergences.length === 1 ? "seed" : "seeds"}`;
  console.log(
    `${ran} from ${from}: ${failed.length} failed · ${messages} messages · ` +
      `last value after the last fault: ${figures} ms (median / p99 / maximum)`,
  );
  console.log(tally.describe());
  console.log(memberTally.describe());
  const onDisks = disks.describe();
  if (onDisks !== undefined) console.log(onDisks);
  if (failed.length === 0 && convergences.length > 0) writePageOfSlowest(slowest.seed, options);
  if (interruption.isPending) return EXIT_CODES.interrupted;
  return failed.length === 0 ? EXIT_CODES.passed : EXIT_CODES.failed;
}

/** Runs the second cluster of a seed; returns whether every promise was kept. */
async function runMembers(seed: number, tally: MemberTally, isReported: boolean): Promise<boolean> {
  const scenario = drawMemberScenario(seed);
  const outcome = await simulateMembers(scenario);
  tally.add(scenario, outcome);
  const { problem } = outcome;
  if (problem !== undefined)
    console.error(isReported ? await describeMemberFailure(scenario, problem) : `seed ${seed} FAILED: ${problem}`);
  return problem === undefined;
}

/** Writes the page of a run if a report was requested. */
function writePageOf(scenario: Scenario, outcome: Outcome, { report }: SimOptions): void {
  if (report === undefined) return;
  writeReport(report, reportSimulation(scenario, outcome));
  console.log(`report of seed ${scenario.seed}: ${report}`);
}

/** If no seed failed, the run that took longest to settle is the most instructive. It runs again, because no run was recorded. */
function writePageOfSlowest(seed: number, options: SimOptions): void {
  if (options.report === undefined) return;
  const scenario = scenarioOf(seed, options);
  console.log("no seed failed; the page shows the run whose values took longest after its last fault");
  writePageOf(scenario, simulate(scenario), options);
}

function report(seed: number, options: SimOptions, outcome: Outcome): void {
  const scenario = scenarioOf(seed, options);
  console.error(describeFailure(scenario, outcome, replayOf(seed, options), shrink(scenario, outcome)));
}

/** The command that repeats a seed with the same options. */
function replayOf(
  seed: number,
  { nodes, preset, fanOut, journal, disks, ack, faults, smallMessages, break: breakage }: SimOptions,
): string {
  const parts = [`npx tidecast sim --seed ${seed}`];
  if (nodes !== undefined) parts.push(`--nodes ${nodes}`);
  if (preset !== undefined) parts.push(`--preset ${preset}`);
  if (fanOut !== undefined) parts.push(`--fan-out ${fanOut}`);
  if (journal !== undefined) parts.push(journal ? "--journal" : "--no-journal");
  if (disks === false) parts.push("--no-disks");
  if (ack !== undefined) parts.push(`--ack ${ack}`);
  if (smallMessages !== undefined) parts.push(smallMessages ? "--small-messages" : "--no-small-messages");
  if (faults !== undefined) parts.push(`--faults ${faults.join(",")}`);
  if (breakage !== undefined) parts.push(`--break ${breakage}`);
  return parts.join(" ");
}

function scenarioOf(seed: number, options: SimOptions): Scenario {
  const overrides = overridesOf(options);
  const drawn = drawScenario(seed, overrides);
  const scenario = options.break === undefined ? drawn : { ...drawn, breakage: options.break };
  return options.disks === false ? scenario : withDisks(scenario, overrides);
}

function overridesOf({ nodes, preset, fanOut, journal, ack, faults, smallMessages }: SimOptions): Overrides {
  return {
    ...(nodes !== undefined && { nodes }),
    ...(preset !== undefined && { preset }),
    ...(fanOut !== undefined && { fanOut }),
    ...(journal !== undefined && { journal }),
    ...(ack !== undefined && { ack }),
    ...(faults !== undefined && { faults }),
    ...(smallMessages !== undefined && { smallMessages }),
  };
}

/** @throws commander's error for wrong usage */
function ackOf(text: string): Scenario["ack"] {
  return text === "all" ? "all" : numberBetween(1, 50, { integer: true })(text);
}

function describeOutcome({ messages, acknowledged, exempt, convergence, idleMessages }: Outcome): string {
  const lost =
    exempt > 0 ? `, ${exempt} of them lost with the only nodes that had them, as the fault model allows` : "";
  return (
    `passed: ${acknowledged} values acknowledged${lost}; the last one was everywhere ${Math.round(convergence)} ms after ` +
    `the last broadcast and fault; ${messages} messages, ${idleMessages} in an idle minute`
  );
}

function benchmark(): number {
  const start = performance.now();
  let clusters = 0;
  while (performance.now() - start < BENCHMARK_TIME) simulate(benchmarkScenario(clusters++), { withoutIdleTime: true });
  const aMinute = Math.round((clusters * 60_000) / (performance.now() - start));
  console.log(`${aMinute} clusters per minute (25 nodes, frugal, 10 operations/s, 60 virtual seconds)`);
  return EXIT_CODES.passed;
}
