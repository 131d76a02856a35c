import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { FixedGuard } from "../../../../src/domain/batching/rounds/guard.js";
import { longestPeriod } from "../../../../src/domain/batching/rounds/latency-budget.js";
import { PeriodPlanner } from "../../../../src/domain/batching/rounds/period-planner.js";
import { DeltaTracker } from "../../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../../src/domain/delta/rtt-estimator.js";

const BUDGET = { median: 1_000, max: 1_500 };
const ROUND_TRIP = 100;
const GUARD = 20;

/** A guard that would like to be longer than its least, as far as there is room. */
class GrownGuard extends FixedGuard {
  constructor(private readonly wanted: number) {
    super(10);
  }
  override within(most?: number): number {
    return Math.min(this.wanted, most ?? this.wanted);
  }
}

interface Conditions {
  readonly height?: number;
  /** `undefined` if none has been measured. */
  readonly roundTrip?: number | undefined;
  readonly spread?: number;
  readonly guard?: FixedGuard;
  readonly isLossy?: boolean;
  readonly budget?: typeof BUDGET;
}

function planner(conditions: Conditions = {}) {
  const { height = 2, spread = 0, guard = new FixedGuard(GUARD), isLossy = false, budget = BUDGET } = conditions;
  const rtt = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
  const roundTrip = "roundTrip" in conditions ? conditions.roundTrip : ROUND_TRIP;
  if (roundTrip !== undefined) rtt.hint(roundTrip, spread);
  return new PeriodPlanner({ overlay: { height }, rtt, guard, losses: { isLossy } }, budget);
}

describe("PeriodPlanner", () => {
  it("counts on a usual round trip until one is measured, but on no more than a third of the budget", () => {
    const unknown = planner({ roundTrip: undefined });
    expect([unknown.assumedRoundTrip, unknown.oneWay]).toEqual([200, 100]);
    expect(unknown.travelTime).toBe(2 * (200 + GUARD));
    const short = planner({ roundTrip: undefined, budget: { median: 50, max: 90 } });
    expect([short.assumedRoundTrip, short.oneWay]).toEqual([30, 15]);
    expect(planner().oneWay).toBe(ROUND_TRIP / 2);
  });

  it("makes the period as long as the budget allows, with a hop up, a hop down and a guard per level", () => {
    const conditions = { height: 2, roundTrip: ROUND_TRIP, guard: GUARD };
    expect(planner().period).toBe(longestPeriod(BUDGET, conditions));
    expect(planner().travelTime).toBe(2 * (ROUND_TRIP + GUARD));
  });

  it("limits the guard to a share of the time per hop, after the round trip", () => {
    const guard = new GrownGuard(500);
    expect(planner({ guard }).guard).toBeCloseTo((BUDGET.max / 2 - ROUND_TRIP) * 0.3);
    expect(planner({ guard: new GrownGuard(60) }).guard).toBe(60);
    // A lone member has no hops.
    expect(planner({ guard, height: 0 }).guard).toBeCloseTo((BUDGET.max - ROUND_TRIP) * 0.3);
  });

  it("keeps half of the growth of the guard in reserve: the root's own timers are late as well", () => {
    const budget = { median: 5_000, max: 1_500 };
    const [short, long] = [10, 60].map((wanted) => planner({ budget, guard: new GrownGuard(wanted) }));
    expect(short?.period).toBe(1_500 - 2 * (ROUND_TRIP + 10) - 10);
    expect(long?.period).toBe(1_500 - 2 * (ROUND_TRIP + 60) - 10 - 25);
  });

  it("rules rounds out only because of the network, not because of a late machine", () => {
    const budget = { median: 2_000, max: 340 };
    const roundTrip = 120;
    const late = planner({ budget, guard: new GrownGuard(1_000), roundTrip });
    // The guard leaves less than the shortest period.
    expect([late.isFeasible, late.period]).toEqual([true, 0.5 * roundTrip]);
    const slow = planner({ budget, guard: new FixedGuard(10), roundTrip: roundTrip + 5 });
    expect([slow.isFeasible, slow.period]).toEqual([false, undefined]);
  });

  it("shortens the period while messages get lost: a value that misses its round has another one", () => {
    const lossy = planner({ isLossy: true });
    expect(lossy.period).toBeCloseTo((BUDGET.max - 2 * (ROUND_TRIP + GUARD)) / 1.5);
    // Not below the shortest period, nor above the one that the budget allows.
    const short = { isLossy: true, budget: { median: 500, max: 300 }, roundTrip: 100 };
    expect(planner({ ...short, height: 2 }).period).toBe(50);
    const bound = { median: 500, max: 5_000 };
    expect(planner({ isLossy: true, budget: bound }).period).toBe(planner({ budget: bound }).period);
  });

  it("does not shorten the period where latency is random, since messages may only seem lost", () => {
    expect(planner({ isLossy: true, spread: 1 }).period).toBe(planner({ spread: 1 }).period);
  });

  it("tells why rounds cannot keep the budget, once a round trip is measured", () => {
    const budget = { median: 150, max: 300 };
    expect(planner({ budget, roundTrip: undefined, height: 3 }).infeasibility()).toBeUndefined();
    expect(planner().infeasibility()).toBeUndefined();
    const event = planner({ budget, roundTrip: 140.2 }).infeasibility();
    expect(event?.text).toContain("no room for rounds");
    expect(event?.fields).toEqual({ ...budget, roundTrip: 141, height: 2, travelTime: 321 });
  });
});
