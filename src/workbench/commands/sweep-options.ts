import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type BenchSettings,
  DEFAULT_SETTINGS,
  LATENCY_DISTRIBUTIONS,
  type LatencyDistribution,
} from "../model/settings.js";
import { geometricRange, SERIES_NAMES, type SeriesName } from "../model/sweep.js";
import { type Concurrency, concurrencyOf, planOf } from "./bench-options.js";
import { UsageError } from "./exit-codes.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";

/** Requested latencies in ms: a list, or a range over which points are spread. */
type Budgets = readonly number[] | { readonly least: number; readonly most: number };

/** The options of a sweep on the command line. */
export interface SweepOptions {
  readonly max?: Budgets;
  readonly median?: Budgets;
  readonly points: number;
  readonly series?: readonly SeriesName[];
  readonly seeds: number;
  readonly seed: number;
  readonly processes?: true;
  readonly nodeCount: number;
  readonly concurrency?: Concurrency;
  /** Operations per second. */
  readonly rate: number;
  /** Mean latency of a hop, in ms. */
  readonly latency: number;
  readonly latencyDist: LatencyDistribution;
  /** In seconds. */
  readonly timeLimit: number;
  /** File for the result. */
  readonly json?: string;
  /** File for the page. */
  readonly report?: string;
}

/** One setting of the nodes to measure. */
export interface SweepSetting {
  readonly series: SeriesName;
  /** The distinctive part of the setting, in words. */
  readonly name: string;
  /** The arguments of its nodes. */
  readonly args: readonly string[];
}

/** The most nodes that run as processes. */
const MOST_PROCESSES = 1000;
/** Default range of the maximum, in ms. */
const DEFAULT_MAX = { least: 300, most: 4000 };
/** The longest budget that a node accepts, in ms. */
const LONGEST_BUDGET = 600_000;
/** The proposal allows windows of 50 to 100 ms. */
const PROPOSAL_WINDOWS = [50, 75, 100];

/** Adds the options of a sweep. */
export function addSweepOptions(command: Command): Command {
  const whole = { integer: true };
  return command
    .option(
      "--max <ms>",
      `maximum latencies to measure: a list 600,1200 or a range 300..4000 (default: 300..4000)`,
      budgets,
    )
    .option(
      "--median <ms>",
      "median latencies to measure, in the same form; each is combined with each maximum (default: no separate limit)",
      budgets,
    )
    .option("--points <n>", "number of points in a range, spaced by equal factors", numberBetween(1, 100, whole), 8)
    .option(
      "--series <names>",
      `kinds of nodes to compare, separated by commas (default: ${SERIES_NAMES.join(",")})`,
      listOf(SERIES_NAMES),
    )
    .option(
      "--node-count <n>",
      `number of nodes, up to ${MOST_PROCESSES} with --processes`,
      numberBetween(2, 100_000, whole),
      25,
    )
    .option(
      "--concurrency <n>",
      "number of clients, one to a node from the first on, or 2n for two per node (default: 1n)",
      concurrencyOf,
    )
    .option(
      "--rate <n>",
      "operations per second of all clients together, on average",
      numberBetween(0, 100_000, { exclusive: true }),
      100,
    )
    .option("--latency <ms>", "mean latency of a message between nodes, in ms", numberBetween(0, 3_600_000), 100)
    .addOption(
      new Option("--latency-dist <type>", `distribution of the latency: ${LATENCY_DISTRIBUTIONS.join(", ")}`)
        .argParser(oneOf(LATENCY_DISTRIBUTIONS))
        .default("constant", "constant"),
    )
    .option(
      "--time-limit <s>",
      "seconds of each run during which operations begin",
      numberBetween(0, 86_400, { exclusive: true }),
      20,
    )
    .option("--seeds <n>", "runs per point, each with its own seed", numberBetween(1, 1000, whole), 2)
    .option(
      "--seed <n>",
      "seed of the first run of each point; later runs count up from it",
      numberBetween(0, 2 ** 31, whole),
      1,
    )
    .option("--processes", "run real processes in real time instead of virtual time")
    .option("--json <file>", "write the settings and all points as JSON")
    .option("--report <file>", "write a page for the browser: the points beside published results");
}

/**
 * The bench's settings of every run, except the seed.
 * @throws {UsageError} if there are too many nodes for real processes
 */
export function benchSettingsOf(options: SweepOptions): BenchSettings {
  const { nodeCount, concurrency, rate, latency, latencyDist, timeLimit, seed } = options;
  if (options.processes && nodeCount > MOST_PROCESSES)
    throw new UsageError(
      `--processes runs at most ${MOST_PROCESSES} nodes, not ${nodeCount}; lower --node-count or use virtual time`,
    );
  const clients = concurrency && { concurrency };
  const { settings } = planOf({ nodeCount, ...clients, rate, latency, latencyDist, timeLimit, seed });
  return { ...settings, topology: DEFAULT_SETTINGS.topology };
}

/**
 * Returns the settings to measure: rounds for each budget, the proposal for each window, and eager.
 * @param nodeArgs further arguments of every node
 * @throws {UsageError} if every median exceeds every maximum
 */
export function settingsToSweep(options: SweepOptions, nodeArgs: readonly string[]): readonly SweepSetting[] {
  const settings: SweepSetting[] = [];
  for (const series of options.series ?? SERIES_NAMES) {
    for (const { name, args } of SERIES[series](options)) settings.push({ series, name, args: [...nodeArgs, ...args] });
  }
  return settings;
}

type Series = (options: SweepOptions) => readonly Omit<SweepSetting, "series">[];

const SERIES: Readonly<Record<SeriesName, Series>> = {
  rounds: (options) =>
    pairs(options).map(([median, max]) => ({
      name: [...(median === undefined ? [] : [`median ${median}`]), ...(max === undefined ? [] : [`max ${max}`])].join(
        ", ",
      ),
      args: [
        ...["--preset", "default"],
        ...(median === undefined ? [] : ["--median", String(median)]),
        ...(max === undefined ? [] : ["--max", String(max)]),
      ],
    })),
  proposal: () =>
    PROPOSAL_WINDOWS.map((window) => ({
      name: `window ${window}`,
      args: ["--preset", "proposal", "--window", String(window)],
    })),
  eager: () => [{ name: "at once", args: ["--preset", "eager"] }],
};

type Budget = readonly [median: number | undefined, max: number | undefined];

function pairs({ median, max, points }: SweepOptions): readonly Budget[] {
  if (median === undefined) return numbersOf(max ?? DEFAULT_MAX, points).map((each) => [undefined, each]);
  const medians = numbersOf(median, points);
  if (max === undefined) return medians.map((each) => [each, undefined]);
  const fitting = medians.flatMap((one) =>
    numbersOf(max, points).flatMap((other): Budget[] => (one <= other ? [[one, other]] : [])),
  );
  if (fitting.length === 0)
    throw new UsageError("every --median exceeds every --max: lower a median or raise a maximum");
  return fitting;
}

function numbersOf(budgets: Budgets, points: number): readonly number[] {
  return "least" in budgets ? geometricRange(budgets.least, budgets.most, points) : budgets;
}

/** Parses `600,1200` or `300..4000`. */
function budgets(text: string): Budgets {
  const number = numberBetween(1, LONGEST_BUDGET, { integer: true });
  const range = text.split("..");
  if (range.length === 1) return [...new Set(text.split(",").map(number))].sort((a, b) => a - b);
  const [least, most] = range.map(number);
  if (range.length > 2 || least === undefined || most === undefined || least > most)
    throw new InvalidArgumentError("A range needs two numbers, the smaller one first, such as 300..4000.");
  return { least, most };
}
