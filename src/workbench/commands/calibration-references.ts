import type { BenchSettings } from "../model/settings.js";

/** One setting of the calibration, and Maelstrom's figures for it. */
export interface CalibrationReference {
  readonly name: string;
  /** File name of the node among the test fixtures. */
  readonly node: "flood" | "star";
  readonly settings: Partial<BenchSettings>;
  readonly messagesPerOperation: number;
  readonly messagesPerBroadcast: number;
  /** Median, 95th and 99th percentile, maximum, in ms. */
  readonly latencies: readonly [number, number, number, number];
}

/**
 * What Maelstrom itself measured on a machine with two cores: 25 nodes, 100 operations/s, 20 s, mean latency 100 ms. The
 * share of broadcasts varies by a few percent from run to run, and messages per operation with it.
 */
export const CALIBRATION_REFERENCES: readonly CalibrationReference[] = [
  {
    name: "flood, grid",
    node: "flood",
    settings: {},
    messagesPerOperation: 26.71,
    messagesPerBroadcast: 56,
    latencies: [453, 679, 751, 792],
  },
  {
    name: "flood, tree4",
    node: "flood",
    settings: { topology: "tree4" },
    messagesPerOperation: 12.01,
    messagesPerBroadcast: 24,
    latencies: [356, 488, 506, 515],
  },
  {
    name: "flood, grid, exponential",
    node: "flood",
    settings: { latencyDistribution: "exponential" },
    messagesPerOperation: 26.73,
    messagesPerBroadcast: 56,
    latencies: [230, 446, 549, 770],
  },
  {
    name: "star",
    node: "star",
    settings: {},
    messagesPerOperation: 11.32,
    messagesPerBroadcast: 24,
    latencies: [171, 194, 197, 203],
  },
];
