import { ROUNDS } from "../../config.js";
/** What the user asks for: how long a value may take from its acceptance to its storage on the last node. In ms. */
export interface LatencyBudget {
  /** Half of the values arrive everywhere within this time. */
  readonly median: number;
  /** Every value arrives everywhere within this time. */
  readonly max: number;
}

/** What the rounds have to work with. In ms, but for the height. */
export interface RoundConditions {
  /** Hops from the root to the deepest member. */
  readonly height: number;
  /** A round trip over one hop. */
  readonly roundTrip: number;
  /** How long before its parent's departure an upcast arrives. */
  readonly guard: number;
}

/** The shortest period that rounds may have, in ms: it leaves room for a guard before and after each departure. */
export function shortestPeriod({ roundTrip, guard }: RoundConditions): number {
  return Math.max(2 * guard, ROUNDS.shortestPeriod * roundTrip);
}

/**
 * What a value costs besides its wait for the round, in ms: up to the root and down again, with a guard at each hop up.
 * (Section "Aligned rounds" of docs/protocol.md: H(2d + guard).)
 */
export function travelTime({ height, roundTrip, guard }: RoundConditions): number {
  return height * (roundTrip + guard);
}

/**
 * The longest period that keeps the budget, in ms: a value waits up to one period, half a period at the median, and
 * travels: P = min(max - travel, 2(median - travel)) - margin. `undefined` when rounds cannot keep it.
 */
export function longestPeriod(budget: LatencyBudget, conditions: RoundConditions): number | undefined {
  const travel = travelTime(conditions);
  const period = Math.min(budget.max - travel, 2 * (budget.median - travel)) - ROUNDS.budgetMargin;
  return period >= shortestPeriod(conditions) ? period : undefined;
}
