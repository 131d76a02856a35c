import type { LatencyDistribution } from "../model/settings.js";

/**
 * The round trip that a node plans with, in ms: the 93rd percentile where latency is random.
 *
 * A round trip is the sum of two latencies of mean d: 2d where they are constant. The sum of two uniform ones in 0 … 2d exceeds
 * x with probability (4d - x)²/8d²: 7 % at x = (4 - √0.56)·d. The sum of two exponential ones exceeds it with probability
 * (1 + x/d)·exp(-x/d): 7 % at x = 4.33·d.
 * @param latency mean latency of one hop in ms
 */
export function plannedRoundTrip(distribution: LatencyDistribution, latency: number): number {
  switch (distribution) {
    case "constant":
      return 2 * latency;
    case "uniform":
      return (4 - Math.sqrt(0.56)) * latency;
    case "exponential":
      return 4.3332 * latency;
  }
}
