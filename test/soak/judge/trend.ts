import { quantile } from "../../../src/workbench/model/quantiles.js";

/** A figure at a moment of a run. */
export interface Point {
  /** In ms. */
  readonly at: number;
  readonly value: number;
}

/**
 * Median of the slopes between all pairs of points, per ms (Theil and Sen: Sen, "Estimates of the Regression Coefficient Based on
 * Kendall's Tau", 1968). Up to 29 % of the points may be arbitrary. 0 if all points have the same time.
 */
export function medianSlope(points: readonly Point[]): number {
  const slopes: number[] = [];
  for (const [index, first] of points.entries())
    for (const second of points.slice(index + 1))
      if (second.at !== first.at) slopes.push((second.value - first.value) / (second.at - first.at));
  return slopes.length === 0 ? 0 : median(slopes);
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
