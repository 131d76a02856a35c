/** Ways of sending that a sweep compares; the values of `--series`. */
export type SeriesName = "rounds" | "proposal" | "eager";

/** The values of `--series`. */
export const SERIES_NAMES = ["rounds", "proposal", "eager"] as const;

/** Costs and latencies of one setting of the nodes. */
export interface Cost {
  readonly messagesPerOperation: number;
  /** Median and maximum latency in ms; null if no value became stable. */
  readonly latencies: { readonly median: number; readonly max: number } | null;
  /** Values lost over all runs. */
  readonly lost: number;
}

/**
 * Marks the optimal costs (Pareto): no other is at least as good in messages, median and maximum, and better in one of
 * them. A setting that lost a value, or kept none, is never optimal and beats no other.
 */
export function optimalAmong(costs: readonly Cost[]): readonly boolean[] {
  const rivals = costs.filter(isSound);
  return costs.map((cost) => isSound(cost) && !rivals.some((rival) => beats(rival, cost)));
}

/** Returns `count` whole numbers from `least` to `most`, with a constant factor between neighbours. */
export function geometricRange(least: number, most: number, count: number): readonly number[] {
  const factor = count === 1 ? 1 : (most / least) ** (1 / (count - 1));
  return [...new Set(Array.from({ length: count }, (_, index) => Math.round(least * factor ** index)))];
}

function isSound({ latencies, lost }: Cost): boolean {
  return latencies !== null && lost === 0;
}

function beats(rival: Cost, cost: Cost): boolean {
  const [theirs, own] = [figuresOf(rival), figuresOf(cost)];
  return (
    theirs.every((figure, index) => figure <= (own[index] as number)) && theirs.some((f, i) => f < (own[i] as number))
  );
}

function figuresOf({ messagesPerOperation, latencies }: Cost): readonly number[] {
  return [messagesPerOperation, latencies?.median ?? Number.NaN, latencies?.max ?? Number.NaN];
}
