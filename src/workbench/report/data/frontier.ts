/** Whose points a frontier compares: ways of sending of our own node, and what others published. */
export const FRONTIER_SERIES = ["rounds", "proposal", "eager", "published"] as const;

/** One of them. */
export type FrontierSeries = (typeof FRONTIER_SERIES)[number];

/** What something costs, and what it buys. Latencies in ms. */
export interface FrontierCost {
  readonly messagesPerOperation: number;
  readonly median: number;
  readonly max: number;
}

/** A setting that was measured, or a result that was published. */
export interface FrontierPoint extends FrontierCost {
  readonly series: FrontierSeries;
  /** "rounds, max 700", or an author. */
  readonly name: string;
  /** Settings, or how somebody else's node works and where that is told; a line each. */
  readonly details: readonly string[];
  /** Whether no other point of the same measurement is as good in everything and better in something. */
  readonly optimal: boolean;
}

/** What the arithmetic expects of a budget. */
export interface ExpectedCost extends FrontierCost {
  /** The maximum that was asked for, in ms. */
  readonly budget: number;
}

/** What a challenge asks for: less than each of these. */
export interface FrontierLimit extends FrontierCost {
  readonly name: string;
}

/** Everything that the page of a sweep shows. */
export interface FrontierReport {
  readonly kind: "frontier";
  readonly title: string;
  /** The cluster and how it was measured, in words. */
  readonly conditions: string;
  readonly points: readonly FrontierPoint[];
  /** The limit by arithmetic, by rising budget. */
  readonly expected: readonly ExpectedCost[];
  readonly limits: readonly FrontierLimit[];
  /** Settings without a point, and why: they lost values, or none became stable. */
  readonly missing: readonly string[];
}
