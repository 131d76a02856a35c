import type { Random } from "../../domain/ports/random.js";
import type { LatencyModel } from "./scenario.js";

/** A random whole number in `least`…`most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random.next() * (most - least + 1));
}

/** One of the items, with equal probabilities. */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random.next() * items.length)] as T;
}

/** The numbers 0…count-1 in a random order. */
export function shuffled(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = between(random, 0, index);
    [order[index], order[other]] = [order[other] as number, order[index] as number];
  }
  return order;
}

/**
 * An exponentially distributed number with mean 1, by von Neumann's method of 1951, which only compares uniform numbers. The
 * last bits of a logarithm may differ between versions of V8, and would change the whole trace.
 */
export function exponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = random.next();
    let last = first;
    let length = 1;
    for (let next = random.next(); next < last; next = random.next()) {
      last = next;
      length++;
    }
    if (length % 2 === 1) return whole + first;
  }
}

/** One latency in ms, a whole number of microseconds. */
export function drawLatency(random: Random, { kind, mean }: LatencyModel): number {
  if (kind === "constant") return mean;
  const factor = kind === "uniform" ? 2 * random.next() : exponential(random);
  return Math.round(mean * 1000 * factor) / 1000;
}
