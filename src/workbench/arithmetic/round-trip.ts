import type { LatencyDistribution } from "../model/settings.js";

/**
 * The round trip that a node plans with, in ms: the one that nine of ten do not exceed.
 *
 * A round trip is the sum of two latencies of mean d: 2d where they are constant. Of two uniform in 0 … 2d, x is exceeded
 * with probability (4d - x)²/8d²: one of ten at x = (4 - √0.8)·d. Of two exponential ones with probability
 * (1 + x/d)·exp(-x/d): one of ten at x = 3.89·d.
 * @param latency mean latency of one hop in ms
 */
export function plannedRoundTrip(distribution: LatencyDistribution, latency: number): number {
  switch (distribution) {
    case "constant":
      return 2 * latency;
    case "uniform":
      return (4 - Math.sqrt(0.8)) * latency;
    case "exponential":
      return 3.8897 * latency;
  }
}
