import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { BudgetPacer } from "../../../src/domain/batching/budget-pacer.js";
import { EagerPacer } from "../../../src/domain/batching/eager/eager-pacer.js";
import { FixedGuard } from "../../../src/domain/batching/rounds/guard.js";
import { RoundPacer } from "../../../src/domain/batching/rounds/round-pacer.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";
import { Identity } from "../../../src/domain/identity/identity.js";

const PERIOD = 1_000;
const SETTINGS = { acknowledgementDelay: 4_000 };
const members = ["n0", "n1", "n2", "n3", "n4"];

/** The inner member `n1`, which has heard of its parent's rounds; its budget allows round trips of about 300 ms. */
function innerMember() {
  const clock = new FakeClock();
  const rtt = new RttEstimator({ clock, peers: new DeltaTracker() });
  rtt.hint(200, 0);
  const overlay = {
    parent: "n0" as string,
    children: ["n3", "n4"],
    shortcuts: [],
    height: 2,
    level: 1,
    heightBelow: 1,
  };
  const roundPacer = new RoundPacer(
    { clock, overlay, rtt, guard: new FixedGuard(40) },
    { ...SETTINGS, budget: { median: 900, max: 1_500 } },
  );
  const identity = new Identity({ self: "n1", members }, { incarnation: 1 });
  const pacer = new BudgetPacer({ roundPacer, eagerPacer: new EagerPacer({ identity }, SETTINGS) });
  roundPacer.scheduleReceived("n0", { round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD });
  return { clock, rtt, overlay, roundPacer, pacer, slowDown: () => rtt.hint(600, 0) };
}

const pending = { oldest: 0, count: 1, owedSince: undefined };

describe("BudgetPacer", () => {
  it("uses rounds as long as they keep the budget", () => {
    const { pacer } = innerMember();
    expect(pacer).toMatchObject({ isDirect: false, piggybacksAcks: true, followsTree: true, batchesBySize: false });
    expect(pacer.targets(undefined)).toEqual(["n0", "n3", "n4"]);
    expect(pacer.departure("n0", pending)).toBe(PERIOD - 240);
    expect(pacer.ackDue("n0", 0, false)).toBe(PERIOD + 1.5 * 60);
    expect(pacer.requestsMissingAck("n3")).toBe(true);
  });

  it("sends its own values to every member at once if they cannot", () => {
    const { pacer, slowDown } = innerMember();
    slowDown();
    expect(pacer.isDirect).toBe(true);
    expect(pacer.targets(undefined)).toEqual(["n0", "n2", "n3", "n4"]);
    expect(pacer.departure("n0", pending)).toBe(0);
    expect(pacer.ackDue("n0", 0, false)).toBe(2_000);
    expect(pacer.requestsMissingAck("n3")).toBe(false);
  });

  it("passes values of other members on along the tree in either case", () => {
    const { pacer, slowDown } = innerMember();
    for (let times = 0; times < 2; times++) {
      expect(pacer.targets("n3")).toEqual(["n0", "n4"]);
      expect(pacer.neighbours()).toEqual(["n0", "n3", "n4"]);
      expect(pacer.flushAfter("n0")).toEqual(["n3", "n4"]);
      expect([pacer.isParent("n0"), pacer.isParent("n3")]).toEqual([true, false]);
      slowDown();
    }
  });

  it("awaits acknowledgements of values as they were sent, whatever way it uses now", () => {
    const { pacer } = innerMember();
    expect(pacer.ackDue("n0", 100, true)).toBe(100 + 2 * SETTINGS.acknowledgementDelay + 3_500);
  });

  it("keeps the rounds going in either case", () => {
    const { clock, overlay, roundPacer, pacer, slowDown } = innerMember();
    for (let times = 0; times < 2; times++) {
      expect(pacer.nextDowncast()).toBe(PERIOD);
      expect(pacer.answerTime("n0")).toBe(roundPacer.answerTime("n0"));
      expect(pacer.schedule("n3")).toEqual(roundPacer.schedule("n3"));
      expect(pacer.schedule("n3")?.period).toBe(PERIOD);
      slowDown();
    }
    overlay.parent = "n2";
    pacer.positionChanged();
    expect(pacer.nextDowncast()).toBeUndefined();
    expect([pacer.isCalm, pacer.isLossy]).toEqual([true, false]);
    roundPacer.ackRequested();
    expect([pacer.isCalm, pacer.isLossy]).toEqual([false, false]);
    clock.advance(2 * 10_000);
    expect(pacer.isCalm).toBe(true);
    roundPacer.scheduleReceived("n2", { round: 1, next: 9, upcastBy: 9, period: PERIOD, lossy: true });
    expect([pacer.isCalm, pacer.isLossy]).toEqual([false, true]);
  });

  it("plans its upcasts", () => {
    const { clock, pacer } = innerMember();
    clock.advance(pacer.departure("n0", pending) as number);
    expect(pacer.upcastPlan("n0")).toEqual({ round: 1, early: 40 });
  });
});
