import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type BenchSettings,
  DEFAULT_SETTINGS,
  LATENCY_DISTRIBUTIONS,
  type LatencyDistribution,
} from "../model/settings.js";
import { geometricRange, SERIES_NAMES, type SeriesName } from "../model/sweep.js";
import { planOf } from "./bench-options.js";
import { UsageError } from "./exit-codes.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";

/** Latencies to ask for: some in particular, or a range to spread points over. In ms. */
type Budgets = readonly number[] | { readonly least: number; readonly most: number };

/** The options of a sweep as the command line gives them. */
export interface SweepOptions {
  readonly max?: Budgets;
  readonly median?: Budgets;
  readonly points: number;
  readonly series?: readonly SeriesName[];
  readonly seeds: number;
  readonly seed: number;
  readonly processes?: true;
  readonly nodeCount: number;
  /** Operations a second. */
  readonly rate: number;
  /** Mean latency of a hop in ms. */
  readonly latency: number;
  readonly latencyDist: LatencyDistribution;
  /** Seconds. */
  readonly timeLimit: number;
  /** File for the result. */
  readonly json?: string;
  /** File for the page. */
  readonly report?: string;
}

/** One setting of the nodes to be measured. */
export interface SweepSetting {
  readonly series: SeriesName;
  /** What is special about it, in words. */
  readonly name: string;
  /** The arguments of its nodes. */
  readonly args: readonly string[];
}

/** The range of the maximum that is swept when nobody says another, in ms. */
const DEFAULT_MAX = { least: 300, most: 4000 };
/** The longest budget that a node takes, in ms. */
const LONGEST_BUDGET = 600_000;
/** The proposal lets a window be 50 to 100 ms. */
const PROPOSAL_WINDOWS = [50, 75, 100];

/** Adds the options of a sweep. */
export function addSweepOptions(command: Command): Command {
  const whole = { integer: true };
  return command
    .option("--max <ms>", `maximum latencies to ask for: 600,1200 or a range 300..4000 (default: 300..4000)`, budgets)
    .option(
      "--median <ms>",
      "median latencies to ask for, likewise; each with each maximum (default: no limit of its own)",
      budgets,
    )
    .option("--points <n>", "points that a range is spread over, by equal factors", numberBetween(1, 100, whole), 8)
    .option(
      "--series <names>",
      `what is compared, with commas between (default: ${SERIES_NAMES.join(",")})`,
      listOf(SERIES_NAMES),
    )
    .option("--node-count <n>", "number of nodes", numberBetween(2, 1000, whole), 25)
    .option(
      "--rate <n>",
      "operations a second over all clients, on average",
      numberBetween(0, 100_000, { exclusive: true }),
      100,
    )
    .option("--latency <ms>", "mean latency of a message between nodes, in ms", numberBetween(0, 3_600_000), 100)
    .addOption(
      new Option("--latency-dist <type>", `how latency varies: ${LATENCY_DISTRIBUTIONS.join(", ")}`)
        .argParser(oneOf(LATENCY_DISTRIBUTIONS))
        .default("constant", "constant"),
    )
    .option(
      "--time-limit <s>",
      "seconds of each run during which operations begin",
      numberBetween(0, 86_400, { exclusive: true }),
      20,
    )
    .option("--seeds <n>", "runs of each point, each with a seed of its own", numberBetween(1, 1000, whole), 2)
    .option(
      "--seed <n>",
      "seed of the first run of each point; the others follow it",
      numberBetween(0, 2 ** 31, whole),
      1,
    )
    .option("--processes", "run the built node as real processes, in real time, instead of in virtual time")
    .option("--json <file>", "write settings and points as JSON")
    .option("--report <file>", "write a page that shows the points in a browser, beside what others published");
}

/** The bench's settings of every run, but for the seed. */
export function benchSettingsOf(options: SweepOptions): BenchSettings {
  const { nodeCount, rate, latency, latencyDist, timeLimit, seed } = options;
  const { settings } = planOf({ nodeCount, rate, latency, latencyDist, timeLimit, seed });
  return { ...settings, topology: DEFAULT_SETTINGS.topology };
}

/**
 * The settings to measure: rounds for each budget, the proposal for its windows, and eager.
 * @param nodeArgs arguments that every node gets besides
 * @throws {UsageError} if no median fits any maximum
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
  if (fitting.length === 0) throw new UsageError("every --median is more than every --max");
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
    throw new InvalidArgumentError("A range is two numbers, the smaller one first: 300..4000.");
  return { least, most };
}
