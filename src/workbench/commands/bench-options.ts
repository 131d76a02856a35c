import { randomInt } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import { CHALLENGE_NAMES, CHALLENGES, type ChallengeName } from "../model/challenges.js";
import type { BenchPlan } from "../model/run-bench.js";
import {
  type BenchSettings,
  DEFAULT_SETTINGS,
  LATENCY_DISTRIBUTIONS,
  type LatencyDistribution,
  numberedNodes,
  TOPOLOGY_NAMES,
  type TopologyName,
} from "../model/settings.js";
import { UsageError } from "./exit-codes.js";
import { addFaultOptions, type FaultOptions, faultsOf } from "./fault-options.js";
import { numberBetween, oneOf } from "./option-values.js";
import { DAY_IN_SECONDS, inMilliseconds, SECOND } from "./seconds.js";

/** The options of a run on the command line; an option that was not given is absent. */
export interface BenchOptions extends FaultOptions {
  readonly challenge?: ChallengeName;
  readonly nodeCount?: number;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly rate?: number;
  readonly latency?: number;
  readonly latencyDist?: LatencyDistribution;
  readonly topology?: TopologyName;
  /** Seconds. */
  readonly quiescence?: number;
  readonly seed?: number;
  readonly concurrency?: Concurrency;
  /** Ids of the nodes, if they were given by name. */
  readonly nodes?: readonly string[];
}

/** Number of clients: in total, or per node. */
export interface Concurrency {
  readonly number: number;
  readonly perNode: boolean;
}

const MOST_CLIENTS = 10_000;

/** Parses Maelstrom's notation: "10", or "2n" for two per node. */
export function concurrencyOf(text: string): Concurrency {
  const [, digits, unit] = /^(\d+)(n?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (number >= 1 && number <= MOST_CLIENTS) return { number, perNode: unit === "n" };
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_CLIENTS}, or one per node such as 2n.`);
}

const LARGEST_SEED = 2 ** 32 - 1;

/** Adds the options that decide how a run proceeds. */
export function addRunOptions(command: Command): Command {
  const { rate, latency, latencyDistribution, topology, timeLimit, quiescence } = DEFAULT_SETTINGS;
  const distributions = LATENCY_DISTRIBUTIONS.join(", ");
  const seconds = numberBetween(0, DAY_IN_SECONDS, { exclusive: true });
  command
    .option(
      "--challenge <name>",
      `settings and limits of a fly.io challenge: ${CHALLENGE_NAMES.join(", ")}; other options change the settings, not the limits`,
      oneOf(CHALLENGE_NAMES),
    )
    .option(
      "--node-count <n>",
      "number of nodes, named n0, n1, … (default: five nodes, n1 … n5)",
      numberBetween(1, 1000, { integer: true }),
    )
    .option("--time-limit <s>", `seconds during which operations begin (default: ${timeLimit / SECOND})`, seconds)
    .option(
      "--rate <n>",
      `operations per second of all clients together, on average (default: ${rate})`,
      numberBetween(0, 100_000, { exclusive: true }),
    )
    .option(
      "--latency <ms>",
      `mean latency of a message between nodes, in ms (default: ${latency})`,
      numberBetween(0, 3_600_000),
    )
    .option(
      "--latency-dist <type>",
      `distribution of the latency: ${distributions} (default: ${latencyDistribution})`,
      oneOf(LATENCY_DISTRIBUTIONS),
    )
    .option(
      "--topology <name>",
      `topology sent to the nodes: ${TOPOLOGY_NAMES.join(", ")} (default: ${topology})`,
      oneOf(TOPOLOGY_NAMES),
    );
  command.option(
    "--concurrency <n>",
    "number of clients, or 2n for two per node; each has one operation at a time (default: 1n)",
    concurrencyOf,
  );
  return addFaultOptions(command)
    .option(
      "--quiescence <s>",
      `seconds of rest before the final reads (default: ${quiescence / SECOND})`,
      numberBetween(0, DAY_IN_SECONDS),
    )
    .option(
      "--seed <n>",
      "seed of workload, latencies and faults (default: random)",
      numberBetween(0, LARGEST_SEED, { integer: true }),
    );
}

/** Returns the plan of a run: options that were given, then the challenge's settings, then Maelstrom's defaults. */
export function planOf(options: BenchOptions): BenchPlan {
  const challenge = options.challenge === undefined ? undefined : CHALLENGES[options.challenge];
  const base = challenge?.settings ?? DEFAULT_SETTINGS;
  const nodeIds = options.nodeCount === undefined ? (options.nodes ?? base.nodeIds) : numberedNodes(options.nodeCount);
  const { concurrency } = options;
  const settings: BenchSettings = {
    nodeIds,
    timeLimit: inMilliseconds(options.timeLimit) ?? base.timeLimit,
    rate: options.rate ?? base.rate,
    latency: options.latency ?? base.latency,
    latencyDistribution: options.latencyDist ?? base.latencyDistribution,
    topology: options.topology ?? base.topology,
    ...faultsOf(options, base, nodeIds),
    quiescence: inMilliseconds(options.quiescence) ?? base.quiescence,
    ...(concurrency && { concurrency: concurrency.number * (concurrency.perNode ? nodeIds.length : 1) }),
    seed: options.seed ?? randomInt(LARGEST_SEED),
  };
  const limits = challenge?.limits ?? {};
  return { settings, limits, ...(options.challenge === undefined ? {} : { challenge: options.challenge }) };
}

/**
 * Rejects a run with less than one expected operation, because there would be nothing to judge.
 * @throws {UsageError} with the rate and the time
 */
export function refuseToDoNothing({ rate, timeLimit }: BenchSettings): void {
  const operations = (rate * timeLimit) / SECOND;
  if (operations >= 1) return;
  throw new UsageError(
    `--rate ${rate} for --time-limit ${timeLimit / SECOND} makes ${Number(operations.toPrecision(2))} operations; at least 1 is needed: raise one of them`,
  );
}
