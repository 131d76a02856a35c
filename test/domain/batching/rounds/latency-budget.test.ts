import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestPeriod, travelTime } from "../../../../src/domain/batching/rounds/latency-budget.js";

const star = { height: 1, roundTrip: 200, guard: 40 };

describe("the arithmetic of a latency budget", () => {
  it("counts a hop up, a hop down and a guard for each level", () => {
    expect(travelTime(star)).toBe(star.roundTrip + star.guard);
    expect(travelTime({ ...star, height: 3 })).toBe(3 * (star.roundTrip + star.guard));
  });

  it("gives the periods of the protocol document: 1.60 s for challenge 3e, 0.34 s or more for 3d", () => {
    expect(longestPeriod({ median: 1060, max: 1950 }, star)).toBe(1630);
    expect(longestPeriod({ median: 435, max: 690 }, { ...star, guard: 50 })).toBe(360);
  });

  const budgets = fc.record({ median: fc.integer({ min: 1, max: 3000 }), max: fc.integer({ min: 1, max: 6000 }) });
  const conditions = fc.record({
    height: fc.integer({ min: 1, max: 4 }),
    roundTrip: fc.integer({ min: 0, max: 600 }),
    guard: fc.integer({ min: 5, max: 100 }),
  });

  it("never promises more than the budget: a wait of a period, half of it at the median, and the way", () => {
    fc.assert(
      fc.property(budgets, conditions, (budget, given) => {
        const period = longestPeriod(budget, given);
        if (period === undefined) return;
        expect(period + travelTime(given)).toBeLessThanOrEqual(budget.max - 10);
        expect(period / 2 + travelTime(given)).toBeLessThanOrEqual(budget.median - 5);
        expect(period).toBeGreaterThanOrEqual(2 * given.guard);
      }),
    );
  });

  it("leaves no room unused: one of the two limits is met up to the margin", () => {
    fc.assert(
      fc.property(budgets, conditions, (budget, given) => {
        const period = longestPeriod(budget, given);
        if (period === undefined) return;
        const travel = travelTime(given);
        const slack = Math.min(budget.max - travel - period, 2 * (budget.median - travel) - period);
        expect(slack).toBe(10);
      }),
    );
  });

  it("rules rounds out where there is no time for them", () => {
    expect(longestPeriod({ median: 50, max: 100 }, star)).toBeUndefined();
    expect(longestPeriod({ median: 100, max: 2000 }, star)).toBeUndefined();
    const slow = { ...star, roundTrip: 200, guard: 10 };
    expect(longestPeriod({ median: 210 + 55, max: 2000 }, slow)).toBe(100);
    expect(longestPeriod({ median: 210 + 54.9, max: 2000 }, slow)).toBeUndefined();
    const near = { ...star, roundTrip: 2, guard: 10 };
    expect(longestPeriod({ median: 12 + 15, max: 2000 }, near)).toBe(20);
    expect(longestPeriod({ median: 12 + 14.9, max: 2000 }, near)).toBeUndefined();
  });
});
