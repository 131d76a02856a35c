/** Quantiles of a series of latencies (ms), by the names used in results. */
export interface Quantiles {
  readonly "0": number;
  readonly "0.5": number;
  readonly "0.95": number;
  readonly "0.99": number;
  readonly "1": number;
}

/** The element of a sorted, non-empty list at min(n - 1, floor(n·fraction)), as in Jepsen's checker. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const element = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
  if (element === undefined) throw new RangeError("an empty series has no quantiles");
  return element;
}

/** The usual quantiles of a series in any order; `undefined` if it is empty. */
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
