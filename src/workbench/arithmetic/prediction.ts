import type { ProtocolSettings } from "../../application/settings/protocol-settings.js";
import { longestPeriod, travelTime } from "../../domain/batching/rounds/latency-budget.js";
import { GUARD } from "../../domain/config.js";
import type { BenchSettings } from "../model/settings.js";
import { type Arrivals, dealtArrivals } from "./arrivals.js";
import { messagesPerRound } from "./messages-per-round.js";
import { plannedRoundTrip } from "./round-trip.js";
import { balancedTree } from "./tree-shape.js";

/** Latencies of values that stand for all of them, in ms. */
interface PredictedLatencies {
  readonly median: number;
  readonly max: number;
}

/** What a run should come to by arithmetic alone: a steady state, nothing lost, no timer late. */
export interface Prediction {
  /** Whether values travel in rounds, or at once because there is no room for rounds or none are wanted. */
  readonly sending: "rounds" | "at once";
  /** P, from one round to the next, in ms; null where there are no rounds. */
  readonly period: number | null;
  readonly height: number;
  /** By operations, broadcasts and reads, as Maelstrom counts. */
  readonly messagesPerOperation: number;
  /** From acceptance to storage on the last member: what a budget promises. */
  readonly latencies: PredictedLatencies;
  /** The same as the bench reads it. */
  readonly benchLatencies: PredictedLatencies;
}

/** What of a node's settings the arithmetic takes into account. */
export type NodeSettings = Pick<
  ProtocolSettings,
  "mode" | "tree" | "fanOut" | "median" | "max" | "guard" | "acknowledgementDelay"
>;

/** What of a bench's settings it takes into account. */
export type ClusterSettings = Pick<BenchSettings, "nodeIds" | "rate" | "latency" | "latencyDistribution">;

/** Half of the operations are broadcasts. */
const BROADCAST_SHARE = 0.5;

/**
 * How much less than the true latency the bench reads, in hops: it counts up to the *invocation* of the last read that
 * lacked the value, and a read waits behind the deliveries under way, up to one latency, while the value may still come.
 * Measured at 100 ms: about 150 ms at the median and 100 ms at the maximum.
 */
const UNREAD_HOPS: PredictedLatencies = { median: 1.5, max: 1 };

/**
 * What the arithmetic expects of a run; undefined where it has nothing to say: the proposal's windows, and trees built of
 * a topology.
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
  // On a machine that is never late, the guard that follows it is the shortest one.
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

/** Every broadcast goes to every other member, over one hop; acknowledgements are next to nothing beside it. */
function atOnce(size: number, height: number, oneWay: number): Prediction {
  const latencies = { median: oneWay, max: oneWay };
  const messagesPerOperation = BROADCAST_SHARE * (size - 1);
  return { sending: "at once", period: null, height, messagesPerOperation, latencies, benchLatencies: latencies };
}
