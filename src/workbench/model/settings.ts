import { DEFAULT_FAULT_SETTINGS, type FaultName, type FaultSettings } from "./faults/fault-settings.js";

/** Distribution of the latency of a message. */
export type LatencyDistribution = "constant" | "uniform" | "exponential";

/** The values of `--latency-dist`. */
export const LATENCY_DISTRIBUTIONS = ["constant", "uniform", "exponential"] as const;

/** The neighbours named to the nodes in `topology`; the values of `--topology`. */
export type TopologyName = "grid" | "line" | "total" | "tree" | "tree2" | "tree3" | "tree4";

/** The values of `--topology`. */
export const TOPOLOGY_NAMES = ["grid", "line", "total", "tree", "tree2", "tree3", "tree4"] as const;

/** Everything that decides how a run proceeds, except the nodes themselves. Times in ms. */
export interface BenchSettings {
  /** Ids of the nodes in order; the first workers are bound to the first nodes. */
  readonly nodeIds: readonly string[];
  /** Time during which operations begin. */
  readonly timeLimit: number;
  /** Operations per second of all workers together, on average; 0 for none. */
  readonly rate: number;
  /** Mean latency of a message between nodes. */
  readonly latency: number;
  readonly latencyDistribution: LatencyDistribution;
  readonly topology: TopologyName;
  readonly faults: readonly FaultName[];
  /** Mean time between the start and the stop of a fault, and between the stop and the next start; of `kill` and `pause`, between two starts. */
  readonly faultInterval: number;
  /** Parameters of the faults. */
  readonly faultSettings: FaultSettings;
  /** Rest between the end of the faults and the final reads. */
  readonly quiescence: number;
  /** Clients of the workload, assigned to the nodes in turn; absent for one per node. */
  readonly concurrency?: number;
  /** Seed of the workload, the latencies and the faults. */
  readonly seed: number;
}

/** Limits of a run; an absent one does not apply. A value equal to its limit exceeds it. */
export interface Limits {
  readonly messagesPerOperation?: number;
  /** In ms. */
  readonly medianLatency?: number;
  /** In ms. */
  readonly maxLatency?: number;
}

/** Maelstrom's defaults, with the given seed. */
export const DEFAULT_SETTINGS: BenchSettings = {
  nodeIds: ["n1", "n2", "n3", "n4", "n5"],
  timeLimit: 60_000,
  rate: 5,
  latency: 0,
  latencyDistribution: "constant",
  topology: "grid",
  faults: [],
  faultInterval: 10_000,
  faultSettings: DEFAULT_FAULT_SETTINGS,
  quiescence: 10_000,
  seed: 1,
};

/** The ids that `--node-count` gives: n0, n1, … */
export function numberedNodes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}
