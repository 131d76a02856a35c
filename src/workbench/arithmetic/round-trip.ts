import type { LatencyDistribution } from "../model/settings.js";

/**
 * The round trip that a node plans with, in ms: the one that 93 of a hundred do not exceed where latency is random.
 *
 * A round trip is the sum of two latencies of mean d: 2d where they are constant. Of two uniform in 0 … 2d, x is exceeded
 * with probability (4d - x)²/8d²: seven of a hundred at x = (4 - √0.56)·d. Of two exponential ones with probability
 * (1 + x/d)·exp(-x/d): seven of a hundred at x = 4.33·d.
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
