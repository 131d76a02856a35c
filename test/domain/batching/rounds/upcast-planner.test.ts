import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { ChildClock } from "../../../../src/domain/batching/rounds/child-clock.js";
import { EarlyWave } from "../../../../src/domain/batching/rounds/early-wave.js";
import { FixedGuard } from "../../../../src/domain/batching/rounds/guard.js";
import { PeriodPlanner } from "../../../../src/domain/batching/rounds/period-planner.js";
import { UpcastPlanner } from "../../../../src/domain/batching/rounds/upcast-planner.js";
import { DeltaTracker } from "../../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../../src/domain/delta/rtt-estimator.js";

const PERIOD = 1_000;
const ROUND_TRIP = 200;
const GUARD = 40;
const BUDGET = { median: 1_000, max: 2_000 };
/** The first downcast arrives after one period. Its upcasts leave this long before it. */
const LEAD = ROUND_TRIP + GUARD;
const UPCAST = PERIOD - LEAD;

/** A leaf of a star that has heard at time 0 of rounds. */
function leaf({ isRoot = false, isKnown = true, height = 1, level = 1, heightBelow = 0 } = {}) {
  const clock = new FakeClock();
  const rtt = new RttEstimator({ clock, peers: new DeltaTracker() });
  if (isKnown) rtt.hint(ROUND_TRIP, 0);
  const childClock = new ChildClock();
  if (isKnown) childClock.learn({ round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD }, 0);
  const overlay = { parent: isRoot ? undefined : "n0", height, level, heightBelow };
  const losses = { isLossy: false, hasRecentLoss: false };
  const planner = new PeriodPlanner({ overlay, rtt, guard: new FixedGuard(GUARD), losses }, BUDGET);
  const earlyWave = new EarlyWave({ clock, rtt, losses }, BUDGET);
  const upcasts = new UpcastPlanner({ clock, overlay, rtt, planner, earlyWave }, childClock);
  /** When a value leaves that was accepted `age` ms ago. */
  const departure = (age: number, dryRun = false) =>
    upcasts.departure({ oldest: clock.now() - age, count: 1, ...(dryRun && { dryRun }) });
  return { clock, upcasts, departure };
}

describe("UpcastPlanner", () => {
  it("lets an upcast leave a round trip and a guard before the downcast", () => {
    const { clock, upcasts, departure } = leaf();
    expect(upcasts.lead).toBe(LEAD);
    clock.advance(100);
    expect(departure(0)).toBe(UPCAST);
    clock.advance(UPCAST);
    expect(departure(0)).toBe(UPCAST + PERIOD);
  });

  it("counts on the assumed round trip until one is measured, and on none without a parent", () => {
    expect(leaf({ isKnown: false }).upcasts.lead).toBe(200 + GUARD);
    expect(leaf({ isRoot: true }).upcasts.lead).toBe(GUARD);
  });

  it("lets values leave at once, but not too often, before the first downcast", () => {
    const { clock, departure } = leaf({ isKnown: false });
    clock.advance(7);
    expect(departure(0)).toBe(7);
    clock.advance(1);
    expect(departure(1)).toBe(7 + 20);
    clock.advance(20);
    expect(departure(0)).toBe(7 + 2 * 20);
    clock.advance(1_000 - 20 - 1);
    expect(departure(0)).toBe(7 + 1_000);
    clock.advance(1);
    expect(departure(0)).toBe(7 + 2 * 1_000);
  });

  it("lets values that missed their upcast follow at once, as long as they can arrive in time", () => {
    const { clock, departure } = leaf({ height: 2, heightBelow: 1 });
    const slack = GUARD - 5;
    clock.advance(UPCAST + slack - 1);
    expect(departure(slack)).toBe(UPCAST);
    // This one came after the upcast.
    expect(departure(slack - 2)).toBe(UPCAST + PERIOD);
    clock.advance(1);
    expect(departure(2 * slack)).toBe(UPCAST + PERIOD);
  });

  it("lets a value that comes at the very moment of an upcast leave with it", () => {
    const { clock, upcasts, departure } = leaf();
    clock.advance(UPCAST);
    expect(departure(1)).toBe(UPCAST);
    expect(upcasts.takePlan()).toEqual({ round: 1, early: GUARD });
  });

  it("gives a head start to a value that came just after the last upcast", () => {
    const { upcasts, departure } = leaf();
    expect(departure(LEAD - 1)).toBe(UPCAST - 70);
    expect(departure(0)).toBe(UPCAST);
    // The children of an inner member are not ready by then.
    expect(leaf({ height: 2, heightBelow: 1 }).departure(LEAD - 1)).toBe(UPCAST);
    expect(upcasts.takePlan()).toBeUndefined();
  });

  it("does not let a value wait that would be too late with its round", () => {
    const { departure } = leaf();
    const travel = 2 * (ROUND_TRIP / 2) + 30;
    expect(departure(BUDGET.max - PERIOD)).toBe(UPCAST - 70);
    const age = BUDGET.max - PERIOD + 1;
    expect(departure(age)).toBe(BUDGET.max * (7 / 8) - age - travel);
    expect(departure(BUDGET.max)).toBe(30);
  });

  it("counts the hops down to the deepest member, and those up and down for an early wave", () => {
    const { departure } = leaf({ height: 3, level: 1, heightBelow: 2 });
    const hop = ROUND_TRIP / 2;
    expect(departure(BUDGET.max - PERIOD - 2 * hop)).toBe(UPCAST);
    const age = BUDGET.max - PERIOD - 2 * hop + 1;
    const travel = 4 * hop + 30;
    expect(departure(age)).toBe(BUDGET.max * (7 / 8) - age - travel);
  });

  describe("tells the parent for which round an upcast is, and how early", () => {
    it("once, when the upcast leaves", () => {
      const { clock, upcasts, departure } = leaf();
      departure(0);
      clock.advance(UPCAST - 5);
      expect(upcasts.takePlan()).toEqual({ round: 1, early: GUARD });
      expect(upcasts.takePlan()).toBeUndefined();
    });

    it("with its head start", () => {
      const { clock, upcasts, departure } = leaf();
      clock.advance(departure(LEAD - 1));
      expect(upcasts.takePlan()).toEqual({ round: 1, early: GUARD + 70 });
    });

    it("unless it leaves between rounds", () => {
      const { clock, upcasts, departure } = leaf();
      departure(0);
      clock.advance(UPCAST - 5 - 1);
      expect(upcasts.takePlan()).toBeUndefined();
    });

    it("unless an early wave takes all values before", () => {
      const { clock, upcasts, departure } = leaf();
      departure(0);
      expect(departure(BUDGET.max)).toBe(30);
      clock.advance(UPCAST);
      expect(upcasts.takePlan()).toBeUndefined();
    });

    it("also if an early wave would leave at the same moment", () => {
      const { clock, upcasts, departure } = leaf({ height: 2, heightBelow: 1 });
      clock.advance(UPCAST - 30);
      expect(departure(BUDGET.max)).toBe(UPCAST);
      clock.advance(30);
      expect(upcasts.takePlan()).toEqual({ round: 1, early: GUARD });
    });

    it("unless the value was hypothetical", () => {
      const { clock, upcasts, departure } = leaf();
      expect(departure(0, true)).toBe(UPCAST);
      clock.advance(UPCAST);
      expect(upcasts.takePlan()).toBeUndefined();
    });

    it("and keeps the plan of an upcast that was late", () => {
      const { clock, upcasts, departure } = leaf();
      departure(0);
      clock.advance(UPCAST + 10);
      departure(20);
      expect(upcasts.takePlan()).toEqual({ round: 1, early: GUARD });
    });
  });

  it("gives no head start to a leaf that sends many values up", () => {
    const { clock, upcasts, departure } = leaf();
    for (let round = 0; round < 30; round++) {
      upcasts.departure({ oldest: clock.now(), count: 20 });
      clock.advance(PERIOD);
      upcasts.takePlan();
    }
    expect(departure(LEAD - 1)).toBe(30 * PERIOD + UPCAST);
  });
});
