/** Quantiles of a series of latencies (ms), by the names that the results use. */
export interface Quantiles {
  readonly "0": number;
  readonly "0.5": number;
  readonly "0.95": number;
  readonly "0.99": number;
  readonly "1": number;
}

/** The element of a sorted, non-empty list at min(n - 1, floor(n·fraction)), as Jepsen's checker takes it. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const element = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
  if (element === undefined) throw new RangeError("no quantile of nothing");
  return element;
}

/** The usual quantiles of a series in any order; undefined when it is empty. */
export function quantiles(series: readonly number[]): Quantiles | undefined {
  if (series.length === 0) return undefined;
  const sorted = [...series].sort((a, b) => a - b);
  return {
    "0": quantile(sorted, 0),
    "0.5": quantile(sorted, 0.5),
    "0.95": quantile(sorted, 0.95),
    "0.99": quantile(sorted, 0.99),
    "1": quantile(sorted, 1),
  };
}
