import type { Random } from "../../domain/ports/random.js";
import type { LatencyDistribution } from "./settings.js";

/**
 * Draws the latency of one message in whole ms, as Maelstrom does: always `mean`, uniformly from 0 … 2·mean - 1, or
 * exponential with that mean, rounded down.
 */
export function drawLatency(distribution: LatencyDistribution, mean: number, random: Random): number {
  switch (distribution) {
    case "constant":
      return mean;
    case "uniform":
      return Math.floor(random.next() * 2 * mean);
    case "exponential":
      return Math.floor(-mean * Math.log(1 - random.next()));
  }
}

/** The gap to the next event of a staggered series whose mean gap is `mean`: uniform in 0 … 2·mean. */
export function drawGap(mean: number, random: Random): number {
  return random.next() * 2 * mean;
}
