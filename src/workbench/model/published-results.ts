import type { Limits } from "./settings.js";

/** A published result of a node, or our measurement of that node, on the cluster of challenges 3d and 3e. */
export interface PublishedResult {
  /** The author; if we measured the program ourselves, a comma and a remark follow. */
  readonly who: string;
  readonly source: string;
  readonly language: string;
  readonly challenge: string;
  readonly messagesPerOperation: number;
  /** Latencies in ms. */
  readonly median: number;
  readonly max: number;
  /** Measured with the real Maelstrom; otherwise the author's claim. */
  readonly measured?: boolean;
  /** Short description of the program. */
  readonly how: string;
}

/** The best published result, with source and description of its program. */
export interface BestPublished extends PublishedResult {
  /** The author alone. */
  readonly author: string;
  /** The place of publication. */
  readonly program: string;
}

/**
 * The result with the fewest messages per operation among those within the limits. If a program has been measured, the
 * measurement replaces its author's claim.
 */
export function bestPublished(results: readonly PublishedResult[], limits: Limits): BestPublished | undefined {
  const keeping = results
    .filter((result) => !isMeasuredBesides(result, results))
    .filter((result) => keeps(result, limits))
    .sort((a, b) => a.messagesPerOperation - b.messagesPerOperation);
  const best = keeping[0];
  if (best === undefined) return undefined;
  const claim = results.find((result) => isSameProgram(result, best) && !result.measured);
  return { ...best, author: authorOf(best), program: (claim ?? best).source, how: (claim ?? best).how };
}

function isMeasuredBesides(result: PublishedResult, results: readonly PublishedResult[]): boolean {
  return !result.measured && results.some((other) => other.measured && isSameProgram(other, result));
}

/** Key of a program: an author has published one per challenge. */
function isSameProgram(one: PublishedResult, other: PublishedResult): boolean {
  return authorOf(one) === authorOf(other) && one.challenge === other.challenge;
}

function authorOf({ who }: PublishedResult): string {
  return who.split(",")[0] as string;
}

function keeps(result: PublishedResult, limits: Limits): boolean {
  const under = (value: number, limit = Number.POSITIVE_INFINITY) => value < limit;
  return (
    under(result.messagesPerOperation, limits.messagesPerOperation) &&
    under(result.median, limits.medianLatency) &&
    under(result.max, limits.maxLatency)
  );
}
