import { ROUNDS } from "../../config.js";
/** The user's latency budget: time from the acceptance of a value until the last node has stored it, in ms. */
export interface LatencyBudget {
  /** Target for half of the values. */
  readonly median: number;
  /** Target for every value. */
  readonly max: number;
}

/** The conditions that rounds have to cope with. Times are in ms. */
export interface RoundConditions {
  /** Hops from the root to the deepest member. */
  readonly height: number;
  /** Round trip over one hop. */
  readonly roundTrip: number;
  /** How long before the departure of its parent an upcast arrives. */
  readonly guard: number;
}

/** The shortest sensible period, in ms: it leaves room for a guard before and after each departure. */
export function shortestPeriod({ roundTrip, guard }: RoundConditions): number {
  return Math.max(2 * guard, ROUNDS.shortestPeriod * roundTrip);
}

/**
 * Time that a value takes besides waiting for its round, in ms: up to the root and down again, with a guard per hop up.
 * (Section "Aligned rounds" of docs/protocol.md: H(2d + guard).)
 */
export function travelTime({ height, roundTrip, guard }: RoundConditions): number {
  return height * (roundTrip + guard);
}

/**
 * The longest period that keeps the budget, in ms. A value waits for up to one period, half a period in the median, and
 * then travels: P = min(max - travel, 2(median - travel)) - margin. `undefined` if rounds cannot keep the budget.
 */
export function longestPeriod(budget: LatencyBudget, conditions: RoundConditions): number | undefined {
  const travel = travelTime(conditions);
  const period = Math.min(budget.max - travel, 2 * (budget.median - travel)) - ROUNDS.budgetMargin;
  return period >= shortestPeriod(conditions) ? period : undefined;
}
