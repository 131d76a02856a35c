/** The kinds of points that a frontier compares: modes of our own node, and published results. */
export const FRONTIER_SERIES = ["rounds", "proposal", "eager", "published"] as const;

/** One of them. */
export type FrontierSeries = (typeof FRONTIER_SERIES)[number];

/** Cost and latency. Latencies in ms. */
export interface FrontierCost {
  readonly messagesPerOperation: number;
  readonly median: number;
  readonly max: number;
}

/** A measured setting, or a published result. */
export interface FrontierPoint extends FrontierCost {
  readonly series: FrontierSeries;
  /** "rounds, max 700", or an author. */
  readonly name: string;
  /** Settings, or a description of a foreign node with its source; one line each. */
  readonly details: readonly string[];
  /** Whether no other point of the same measurement is at least as good in every figure and better in one. */
  readonly optimal: boolean;
}

/** The expected cost of a budget. */
export interface ExpectedCost extends FrontierCost {
  /** The requested maximum, in ms. */
  readonly budget: number;
}

/** The limits of a challenge: a result must be below each of them. */
export interface FrontierLimit extends FrontierCost {
  readonly name: string;
}

/** All data of the page of a sweep. */
export interface FrontierReport {
  readonly kind: "frontier";
  readonly title: string;
  /** The cluster and the kind of measurement, in words. */
  readonly conditions: string;
  readonly points: readonly FrontierPoint[];
  /** The limit by arithmetic, by rising budget. */
  readonly expected: readonly ExpectedCost[];
  readonly limits: readonly FrontierLimit[];
  /** Settings without a point, with the reason: they lost values, or none became stable. */
  readonly missing: readonly string[];
}
