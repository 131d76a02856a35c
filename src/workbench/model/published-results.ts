import type { Limits } from "./settings.js";

/** What somebody published about a node of theirs, or what was measured of it, on the cluster of challenges 3d and 3e. */
export interface PublishedResult {
  /** The author; an entry that was measured again says so after a comma. */
  readonly who: string;
  readonly source: string;
  readonly language: string;
  readonly challenge: string;
  readonly messagesPerOperation: number;
  /** Latencies in ms. */
  readonly median: number;
  readonly max: number;
  /** Measured with the real Maelstrom, not the author's own claim. */
  readonly measured?: boolean;
  /** How it works, in a few words. */
  readonly how: string;
}

/** The best of the published results, with source and description of its program. */
export interface BestPublished extends PublishedResult {
  /** The author alone. */
  readonly author: string;
  /** Where the program is published. */
  readonly program: string;
}

/**
 * The fewest messages per operation among the results that keep the limits. Where the same program has been measured,
 * that counts instead of its author's claim.
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

/** An author has published one program for a challenge. */
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
