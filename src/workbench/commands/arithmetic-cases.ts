import type { PresetName } from "../../application/settings/presets.js";
import type { LatencyDistribution } from "../model/settings.js";

/** One comparison of the arithmetic with a run in virtual time: a row of the table in docs/messages.md. */
export interface ArithmeticCase {
  readonly preset: PresetName;
  readonly size: number;
  readonly fanOut: number;
  readonly latencyDistribution: LatencyDistribution;
  /** Operations per second. */
  readonly rate: number;
}

/** Fan-out that makes every cluster compared here a star. */
const STAR = 1000;
const PRESETS = ["frugal", "default"] as const;

/** In a cluster of this size a run takes a hundred times as long. */
const LARGE = 1000;
const LARGE_TIME = 25_000;

/** The clusters that represent all others: stars, random latency, and trees. */
export const ARITHMETIC_CASES: readonly ArithmeticCase[] = [
  ...[5, 25, 100].flatMap((size) =>
    PRESETS.flatMap((preset) =>
      [1, 10, 100, 1000].map(
        (rate): ArithmeticCase => ({ preset, size, fanOut: STAR, latencyDistribution: "constant", rate }),
      ),
    ),
  ),
  ...(["uniform", "exponential"] as const).flatMap((latencyDistribution) =>
    PRESETS.flatMap((preset) =>
      [10, 100].map((rate): ArithmeticCase => ({ preset, size: 25, fanOut: STAR, latencyDistribution, rate })),
    ),
  ),
  // In a tree of height 2 `default` has no room for rounds, so it sends at once.
  ...[10, 100, 1000].map(
    (rate): ArithmeticCase => ({ preset: "frugal", size: 100, fanOut: 10, latencyDistribution: "constant", rate }),
  ),
  ...[100, 1000].map(
    (rate): ArithmeticCase => ({ preset: "frugal", size: 1000, fanOut: 10, latencyDistribution: "constant", rate }),
  ),
];

/** Duration of a run in ms, unless that gives too few or too many operations. */
const USUAL_TIME = 120_000;
/** With fewer operations the random share of broadcasts would distort the result. */
const LEAST_OPERATIONS = 3600;
const MOST_OPERATIONS = 20_000;

/** Duration of a case in ms of virtual time. */
export function timeLimitOf({ rate, size }: ArithmeticCase): number {
  const timeOf = (operations: number) => (1000 * operations) / rate;
  if (size >= LARGE) return LARGE_TIME;
  return Math.max(timeOf(LEAST_OPERATIONS), Math.min(timeOf(MOST_OPERATIONS), USUAL_TIME));
}
