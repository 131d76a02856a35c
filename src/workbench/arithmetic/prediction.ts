import type { ProtocolSettings } from "../../application/settings/protocol-settings.js";
import { longestPeriod, travelTime } from "../../domain/batching/rounds/latency-budget.js";
import { GUARD } from "../../domain/config.js";
import type { BenchSettings } from "../model/settings.js";
import { type Arrivals, dealtArrivals } from "./arrivals.js";
import { messagesPerRound } from "./messages-per-round.js";
import { plannedRoundTrip } from "./round-trip.js";
import { balancedTree } from "./tree-shape.js";

/** Latencies that represent all values, in ms. */
interface PredictedLatencies {
  readonly median: number;
  readonly max: number;
}

/** Expected figures of a run by arithmetic alone: a steady state, no message lost, no timer late. */
export interface Prediction {
  /** Whether values travel in rounds, or at once because there is no room for rounds or none are requested. */
  readonly sending: "rounds" | "at once";
  /** P, time from one round to the next, in ms; null without rounds. */
  readonly period: number | null;
  readonly height: number;
  /** Per operation, broadcasts and reads, as Maelstrom counts. */
  readonly messagesPerOperation: number;
  /** From acceptance to storage on the last member, as a budget promises it. */
  readonly latencies: PredictedLatencies;
  /** The same as the bench measures it. */
  readonly benchLatencies: PredictedLatencies;
}

/** The settings of a node that the arithmetic uses. */
export type NodeSettings = Pick<
  ProtocolSettings,
  "mode" | "tree" | "fanOut" | "median" | "max" | "guard" | "acknowledgementDelay"
>;

/** The settings of a bench that the arithmetic uses. */
export type ClusterSettings = Pick<BenchSettings, "nodeIds" | "rate" | "latency" | "latencyDistribution">;

/** Half of the operations are broadcasts. */
const BROADCAST_SHARE = 0.5;

/**
 * Difference between the true latency and the bench's reading, in hops. The bench counts up to the *invocation* of the last
 * read without the value, and a read waits for deliveries in progress, up to one latency, while the value may still arrive.
 * Measured at 100 ms: about 150 ms at the median and 100 ms at the maximum.
 */
const UNREAD_HOPS: PredictedLatencies = { median: 1.5, max: 1 };

/**
 * The expected figures of a run; `undefined` where the arithmetic does not apply: the proposal's windows, and trees built
 * from a topology.
 */
export function predict(
  node: NodeSettings,
  bench: ClusterSettings,
  arrivals: Arrivals = dealtArrivals(bench.rate, bench.nodeIds.length),
): Prediction | undefined {
  const size = bench.nodeIds.length;
  if (node.mode === "window" || node.tree !== "members" || size < 2 || bench.rate === 0) return undefined;
  const tree = balancedTree(size, node.fanOut);
  const { height } = tree;
  const roundTrip = plannedRoundTrip(bench.latencyDistribution, bench.latency);
  // On a machine that is never late, the automatic guard is the shortest one.
  const guard = node.guard === "auto" ? GUARD.shortest : node.guard;
  const conditions = { height, roundTrip, guard };
  const period = node.mode === "eager" ? undefined : longestPeriod(node, conditions);
  if (period === undefined) return atOnce(size, height, roundTrip / 2);
  const { acknowledgementDelay } = node;
  const rounds = { period, acknowledgementDelay, roundTrip, guard };
  const operationsPerRound = (bench.rate * period) / 1000;
  const travel = travelTime(conditions);
  const latencies = { median: period / 2 + travel, max: period + travel };
  return {
    sending: "rounds",
    period,
    height,
    messagesPerOperation: messagesPerRound(tree, rounds, arrivals).total / operationsPerRound,
    latencies,
    benchLatencies: {
      median: Math.max(0, latencies.median - UNREAD_HOPS.median * bench.latency),
      max: Math.max(0, latencies.max - UNREAD_HOPS.max * bench.latency),
    },
  };
}

/** Every broadcast goes to every other member over one hop; acknowledgements are negligible. */
function atOnce(size: number, height: number, oneWay: number): Prediction {
  const latencies = { median: oneWay, max: oneWay };
  const messagesPerOperation = BROADCAST_SHARE * (size - 1);
  return { sending: "at once", period: null, height, messagesPerOperation, latencies, benchLatencies: latencies };
}
