import { median, medianSlope, type Point } from "./trend.js";

/** How a figure changed over a run, whose first quarter does not count: caches fill, and nothing is deleted in the first minutes. */
export interface Growth {
  /** Medians of the second and of the last quarter. */
  readonly before: number;
  readonly after: number;
  /** The median slope over the last three quarters, times their length. */
  readonly trend: number;
}

/** How much a figure may grow. */
export type Tolerance = { readonly absolute: number } | { readonly ofBefore: number };

/** Points that a quarter needs for a judgement. */
const FEWEST = 5;

/** Compares the quarters of a run. `undefined` if there are too few points. @param duration of the run, in ms */
export function growthOf(points: readonly Point[], duration: number): Growth | undefined {
  const quarter = (number: number) =>
    points.filter(({ at }) => Math.min(3, Math.floor((4 * at) / duration)) === number - 1).map(({ value }) => value);
  const [second, last] = [quarter(2), quarter(4)];
  if (second.length < FEWEST || last.length < FEWEST) return undefined;
  const counted = points.filter(({ at }) => at >= duration / 4);
  return { before: median(second), after: median(last), trend: medianSlope(counted) * 0.75 * duration };
}

/** Whether the last quarter is within the tolerance of the second one, and the trend as well. */
export function isFlat(growth: Growth, tolerance: Tolerance): boolean {
  const { before, after, trend } = growth;
  return Math.max(after - before, trend) <= largestGrowth(growth, tolerance);
}

/** The growth that a tolerance allows, in the figure's own unit. */
export function largestGrowth({ before }: Growth, tolerance: Tolerance): number {
  return "absolute" in tolerance ? tolerance.absolute : tolerance.ofBefore * before;
}
