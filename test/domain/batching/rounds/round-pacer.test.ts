import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { FixedGuard } from "../../../../src/domain/batching/rounds/guard.js";
import { longestPeriod } from "../../../../src/domain/batching/rounds/latency-budget.js";
import { RoundPacer } from "../../../../src/domain/batching/rounds/round-pacer.js";
import { DeltaTracker } from "../../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../../src/domain/delta/rtt-estimator.js";
import type { RoundSchedule } from "../../../../src/domain/messages.js";

const ROUND_TRIP = 200;
const ONE_WAY = ROUND_TRIP / 2;
const GUARD = 40;
const BUDGET = { median: 1_000, max: 2_000 };
const DELAY = 4_000;
/** Period of the parent's rounds. */
const PERIOD = 1_000;
const PATIENCE = 60;
/** How long before the parent's downcast arrives here an upcast leaves. */
const LEAD = ROUND_TRIP + GUARD;

/** Notes what it is told. */
class NotingGuard extends FixedGuard {
  readonly upcasts: [number, number][] = [];
  readonly requested: number[] = [];
  override upcastArrived(...upcast: [number, number] | []): void {
    if (upcast.length > 0) this.upcasts.push(upcast as [number, number]);
  }
  override parentRequests(...guard: [number] | []): void {
    this.requested.push(...guard);
  }
}

interface Place {
  readonly parent?: string | undefined;
  readonly children?: readonly string[];
  readonly height?: number;
  readonly level?: number;
  readonly heightBelow?: number;
  readonly suspects?: readonly string[];
}

function pacer(place: Place, { isMeasured = true, budget = BUDGET } = {}) {
  const clock = new FakeClock();
  const rtt = new RttEstimator({ clock, peers: new DeltaTracker() });
  if (isMeasured) rtt.hint(ROUND_TRIP, 0);
  const guard = new NotingGuard(GUARD);
  const overlay = {
    parent: undefined as string | undefined,
    children: [] as readonly string[],
    shortcuts: [],
    height: 1,
    level: 0,
    heightBelow: 0,
    ...place,
  };
  const rounds = new RoundPacer({ clock, overlay, rtt, guard }, { budget, acknowledgementDelay: DELAY });
  const hear = (schedule: Partial<RoundSchedule> = {}, from = overlay.parent ?? "n0") =>
    rounds.scheduleReceived(from, { round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD, ...schedule });
  /** When a value leaves for the member that was accepted `age` ms ago. */
  const departure = (member: string, age = 0, more = {}) =>
    rounds.departure(member, { oldest: clock.now() - age, count: 1, owedSince: undefined, ...more });
  const loseMessages = () => {
    for (let round = 0; round < 2; round++) {
      rounds.lossDetected();
      clock.advance(rounds.period());
    }
  };
  return { clock, rtt, guard, overlay, rounds, hear, departure, loseMessages };
}

/** The root of a star, the inner member of a tree of height 2, and the leaf of a star. */
const root = (options = {}) => pacer({ children: ["n1", "n2"], heightBelow: 1 }, options);
const inner = () => pacer({ parent: "n0", children: ["n3", "n4"], height: 2, level: 1, heightBelow: 1 });
const leaf = (options = {}) => pacer({ parent: "n0", level: 1 }, options);
const NOTHING = { count: 0, oldest: Number.POSITIVE_INFINITY };
const idealPeriod = longestPeriod(BUDGET, { height: 1, roundTrip: ROUND_TRIP, guard: GUARD }) as number;

describe("RoundPacer", () => {
  it("passes values on along the tree, and downcasts right after those of the parent", () => {
    const { rounds } = inner();
    expect(rounds.neighbours()).toEqual(["n0", "n3", "n4"]);
    expect(rounds.targets("n3")).toEqual(["n0", "n4"]);
    expect([rounds.flushAfter("n0"), rounds.flushAfter("n3")]).toEqual([["n3", "n4"], []]);
    expect([rounds.isParent("n0"), rounds.isParent("n3")]).toEqual([true, false]);
    expect(root().rounds.flushAfter("n1")).toEqual([]);
  });

  it("lets nothing leave where nothing is pending", () => {
    expect(leaf().departure("n0", 0, NOTHING)).toBeUndefined();
    expect(root().departure("n1", 0, NOTHING)).toBeUndefined();
  });

  it("lets an acknowledgement wait for values to ride on, at most for a set time", () => {
    const { clock, hear, departure } = inner();
    hear();
    clock.advance(100);
    const owed = { ...NOTHING, owedSince: 70 };
    expect([departure("n0", 0, owed), departure("n9", 0, owed)]).toEqual([70 + DELAY, 70 + DELAY]);
    // To a child it rides on the next downcast, whether that has values or not.
    expect(departure("n3", 0, owed)).toBe(PERIOD + ONE_WAY + PATIENCE);
    expect(departure("n3", 0, { ...owed, gapSince: 80 })).toBe(110);
    expect(departure("n0", 0, { ...owed, gapSince: 80 })).toBe(110);
  });

  it("lets an acknowledgement wait for one round at most while messages get lost", () => {
    const { clock, hear, departure, loseMessages } = leaf();
    hear();
    loseMessages();
    expect(departure("n0", 0, { ...NOTHING, owedSince: clock.now() })).toBe(clock.now() + PERIOD);
  });

  it("lets repairs of members outside the tree leave at once", () => {
    const { clock, hear, departure } = leaf();
    hear();
    clock.advance(100);
    expect(departure("n9")).toBe(100);
  });

  it("starts no rounds for a hypothetical value", () => {
    const dry = { dryRun: true };
    for (const { clock, rounds, hear, departure } of [root(), leaf()]) {
      clock.advance(10);
      const member = rounds.neighbours()[0] as string;
      expect(departure(member, 0, dry)).toBe(10);
      if (rounds.isParent(member)) hear();
      else departure(member);
      expect(departure(member, 0, dry)).toBeGreaterThan(10);
    }
    const { rounds, departure } = root();
    departure("n1", 0, dry);
    expect(rounds.upcastArrived({ round: 0, early: GUARD })).toBeUndefined();
    expect(departure("n1", 0, dry)).toBe(0);
  });

  describe("at the root", () => {
    it("starts the rounds once the first value has waited for company", () => {
      const { clock, rounds, departure } = root();
      clock.advance(50);
      expect(rounds.period()).toBe(idealPeriod);
      expect(departure("n1")).toBe(80);
      clock.advance(30);
      expect(departure("n1")).toBe(80 + idealPeriod);
      expect(rounds.period()).toBe(idealPeriod);
    });

    it("waits for the first measurement of a round trip, but not for ever", () => {
      const { clock, rtt, departure } = root({ isMeasured: false });
      clock.advance(10);
      expect(departure("n1")).toBe(500);
      clock.advance(500 - 10);
      expect(departure("n1")).toBe(530);
      const measured = root({ isMeasured: false });
      measured.clock.advance(10);
      measured.rtt.hint(ROUND_TRIP, 0);
      expect(measured.departure("n1")).toBe(40);
      expect(rtt.overall()).toBeUndefined();
    });

    it("lets a value that would be too late with the next round leave before it", () => {
      const { clock, departure } = root();
      departure("n1");
      clock.advance(30);
      const next = 30 + idealPeriod;
      const latest = BUDGET.max - ONE_WAY - idealPeriod;
      expect(departure("n1", latest)).toBe(next);
      const early = clock.now() - latest - 1 + BUDGET.max * (7 / 8) - ONE_WAY;
      expect(departure("n1", latest + 1)).toBe(early);
      expect(early).toBeLessThan(next);
      expect(departure("n1", latest + 1, { count: 0, owedSince: 0 })).toBe(next);
    });

    it("sends no early downcast just before a regular one", () => {
      const { clock, departure } = root();
      departure("n1");
      const next = 30 + idealPeriod;
      const age = BUDGET.max;
      clock.advance(next - idealPeriod / 4 - 1);
      expect(departure("n1", age)).toBe(clock.now() + 30);
      clock.advance(2);
      expect(departure("n1", age)).toBe(next);
    });

    it("announces its rounds to its children, and to no other member", () => {
      const { clock, rounds, overlay } = root();
      const hint = { guard: GUARD, roundTrip: ROUND_TRIP, spread: 0 };
      clock.advance(50);
      expect(rounds.schedule("n9")).toBeUndefined();
      expect(rounds.schedule("n1")).toEqual({
        round: 1,
        next: idealPeriod,
        upcastBy: idealPeriod,
        period: idealPeriod,
        ...hint,
      });
      clock.advance(100);
      overlay.suspects = ["n5"];
      expect(rounds.schedule("n1")).toEqual({
        round: 1,
        next: idealPeriod - 100,
        upcastBy: idealPeriod - 100,
        period: idealPeriod,
        suspects: ["n5"],
        ...hint,
      });
      // A timer that fires early belongs to the round that is due.
      clock.advance(idealPeriod - 100 - 5);
      expect(rounds.schedule("n1")).toMatchObject({ round: 2, next: idealPeriod + 5 });
    });

    it("announces that messages get lost, and no round trip before one is measured", () => {
      const { rounds, departure, loseMessages } = root();
      departure("n1");
      loseMessages();
      expect(rounds.schedule("n1")).toMatchObject({ lossy: true });
      const { guard, ...unmeasured } = root({ isMeasured: false }).rounds.schedule("n1") ?? {};
      expect([guard, "roundTrip" in unmeasured, "spread" in unmeasured, "lossy" in unmeasured]).toEqual([
        GUARD,
        false,
        false,
        false,
      ]);
    });

    it("announces no rounds if they cannot keep the budget", () => {
      const { rounds } = root({ budget: { median: 100, max: 200 } });
      expect([rounds.isFeasible, rounds.schedule("n1"), rounds.period()]).toEqual([false, undefined, 0]);
      expect(rounds.infeasibility()?.text).toContain("no room for rounds");
      expect(root().rounds.infeasibility()).toBeUndefined();
    });

    it("makes the first period long enough for those who learn of the rounds from the first downcast", () => {
      const budget = { median: 400, max: 500 };
      const { rounds } = root({ budget });
      const period = longestPeriod(budget, { height: 1, roundTrip: ROUND_TRIP, guard: GUARD }) as number;
      const first = ROUND_TRIP + GUARD + 40;
      expect(period).toBeLessThan(first);
      expect(rounds.schedule("n1")).toMatchObject({ round: 1, next: first, period });
    });

    it("adopts a better period with the round that leaves", () => {
      const { clock, rtt, rounds } = root();
      rounds.schedule("n1");
      rtt.hint(100, 0);
      const shorter = longestPeriod(BUDGET, { height: 1, roundTrip: 100, guard: GUARD }) as number;
      clock.advance(idealPeriod / 2);
      expect(rounds.schedule("n1")?.period).toBe(idealPeriod);
      clock.advance(idealPeriod / 2);
      expect(rounds.schedule("n1")).toMatchObject({ round: 2, next: idealPeriod, period: shorter });
    });

    it("tells its guard how late upcasts are for their round", () => {
      const { clock, guard, rounds, departure } = root();
      rounds.upcastArrived({ round: 0, early: GUARD });
      departure("n1");
      clock.advance(30 - GUARD + 20);
      rounds.upcastArrived({ round: 0, early: GUARD });
      expect(guard.upcasts).toEqual([[0, 20]]);
      // An upcast for another count of the rounds is about one period early.
      rounds.upcastArrived({ round: 1, early: GUARD });
      rounds.upcastArrived({ round: 1, early: GUARD + idealPeriod / 2 });
      expect(guard.upcasts).toHaveLength(2);
    });
  });

  describe("below the root", () => {
    it("lets upcasts leave so that they are there in time, and downcasts wait for the parent's", () => {
      const { clock, hear, departure } = inner();
      expect(departure("n3")).toBe(500);
      hear();
      clock.advance(10);
      expect(departure("n0")).toBe(PERIOD - LEAD);
      expect(departure("n3")).toBe(PERIOD + ONE_WAY + PATIENCE);
    });

    it("announces to its children when their upcasts have to be there", () => {
      const { clock, rounds, hear } = inner();
      expect(rounds.schedule("n3")).toBeUndefined();
      hear();
      clock.advance(10);
      expect(rounds.schedule("n3")).toMatchObject({
        round: 1,
        next: PERIOD - 10,
        upcastBy: PERIOD - LEAD - 10,
        period: PERIOD,
      });
      expect(rounds.schedule("n0")).toBeUndefined();
      // The downcast that is due passes on the next round.
      clock.advance(PERIOD - 10 - PATIENCE);
      expect(rounds.schedule("n3")).toMatchObject({ round: 2, next: PERIOD + PATIENCE });
    });

    it("plans for the round that its upcasts belong to, while they leave for the parent", () => {
      const { clock, rounds, hear, departure } = leaf();
      hear();
      clock.advance(10);
      clock.advance((departure("n0") as number) - 10);
      expect([rounds.upcastPlan("n9"), rounds.upcastPlan("n0")]).toEqual([undefined, { round: 1, early: GUARD }]);
    });

    it("expects the parent's next downcast once it has heard of its rounds", () => {
      const { rounds, hear } = leaf();
      expect(rounds.nextDowncast()).toBeUndefined();
      hear();
      expect(rounds.nextDowncast()).toBe(PERIOD);
    });

    it("takes over what the parent announces, and nothing from other members", () => {
      const { clock, rtt, guard, rounds, hear } = leaf({ isMeasured: false });
      hear({ guard: 90, roundTrip: 130, spread: 20 }, "n9");
      expect([rounds.nextDowncast(), guard.requested, rtt.overall()]).toEqual([undefined, [], undefined]);
      hear();
      expect([guard.requested, rtt.overall(), rounds.isLossy]).toEqual([[], undefined, false]);
      hear({ guard: 90, roundTrip: 130, spread: 20, lossy: true });
      expect([guard.requested, rtt.overall(), rtt.spread(), rounds.isLossy]).toEqual([[90], 130, 20, true]);
      hear({ roundTrip: 140 });
      expect([rtt.overall(), rtt.spread(), rounds.period()]).toEqual([140, 0, PERIOD]);
      clock.advance(PERIOD + 30);
      expect(hear({ round: 2 })).toBe(30);
    });

    it.each([
      ["next", 1],
      ["upcastBy", 1],
      ["period", 1],
      ["roundTrip", 1],
    ] as const)("ignores rounds that take far longer than the budget (%s)", (field, more) => {
      const longest = Math.max(4 * BUDGET.max, 10_000);
      const { rounds, hear } = leaf();
      hear({ [field]: longest + more });
      expect(rounds.nextDowncast()).toBeUndefined();
      hear({ [field]: longest });
      expect(rounds.nextDowncast()).toBeDefined();
    });

    it("accepts rounds of four budgets, where that is more than 10 s, and none beyond the last time that is exact", () => {
      const { rounds, hear } = leaf({ budget: { median: 5_000, max: 10_000 } });
      hear({ period: 40_001 });
      hear({ round: 2 ** 43 / PERIOD + 1 });
      expect(rounds.nextDowncast()).toBeUndefined();
      const other = leaf();
      other.hear({ round: Math.floor(2 ** 43 / PERIOD) });
      expect(other.rounds.nextDowncast()).toBeDefined();
      hear({ period: 40_000 });
      expect(rounds.nextDowncast()).toBeDefined();
    });

    it("tells its guard how late upcasts of its children are", () => {
      const { clock, guard, rounds, hear } = inner();
      rounds.upcastArrived({ round: 1, early: GUARD });
      hear();
      clock.advance(PERIOD - LEAD - GUARD + 15);
      rounds.upcastArrived({ round: 1, early: GUARD });
      rounds.upcastArrived({ round: 2, early: GUARD });
      expect(guard.upcasts).toEqual([[1, 15]]);
    });

    it("learns nothing from an upcast that is half a period late or early", () => {
      const { clock, guard, rounds, hear } = inner();
      hear();
      clock.advance(PERIOD - LEAD);
      for (const lateness of [-PERIOD / 2, 1 - PERIOD / 2, PERIOD / 2 - 1, PERIOD / 2])
        rounds.upcastArrived({ round: 1, early: lateness });
      expect(guard.upcasts).toEqual([
        [1, 1 - PERIOD / 2],
        [1, PERIOD / 2 - 1],
      ]);
    });

    it("sends no early downcast within a quarter of a period before a regular one, nor just before it", () => {
      const { clock, hear, departure } = inner();
      const regular = PERIOD + ONE_WAY + PATIENCE;
      hear();
      clock.advance(PERIOD - PERIOD / 4);
      expect(departure("n3", BUDGET.max)).toBe(clock.now() + 30);
      clock.advance(1);
      expect(departure("n3", BUDGET.max)).toBe(regular);
      // Twice the time in which early values gather is longer than a quarter of a short period.
      const short = inner();
      short.hear({ next: 200, upcastBy: 200, period: 200 });
      short.clock.advance(200 - 60);
      expect(short.departure("n3", BUDGET.max)).toBe(short.clock.now() + 30);
      short.clock.advance(1);
      expect(short.departure("n3", BUDGET.max)).toBe(200 + ONE_WAY + PATIENCE);
    });

    it("counts on the period that it would choose until it hears of the parent's", () => {
      const { rounds, hear } = leaf();
      expect(rounds.period()).toBe(idealPeriod);
      hear();
      expect(rounds.period()).toBe(PERIOD);
    });

    it("accepts a round at the last time that is exact", () => {
      const { rounds, hear } = leaf();
      const period = 1_024;
      hear({ round: 2 ** 43 / period + 1, period });
      expect(rounds.nextDowncast()).toBeUndefined();
      hear({ round: 2 ** 43 / period, period });
      expect(rounds.nextDowncast()).toBeDefined();
    });

    it("learns nothing from the arrival of upcasts where latency is random", () => {
      const { clock, rtt, guard, rounds, hear } = inner();
      hear();
      rtt.hint(ROUND_TRIP, 10);
      clock.advance(PERIOD - LEAD);
      rounds.upcastArrived({ round: 1, early: GUARD });
      expect(guard.upcasts).toEqual([]);
    });
  });

  describe("awaits an acknowledgement", () => {
    it("of the parent with its first regular downcast after the values have arrived", () => {
      const { rounds, hear } = leaf();
      expect(rounds.ackDue("n0", 100)).toBe(100 + ROUND_TRIP + 500 + PATIENCE);
      hear();
      const late = 1.5 * PATIENCE;
      expect(rounds.ackDue("n0", PERIOD - ROUND_TRIP - 1)).toBe(PERIOD + late);
      expect(rounds.ackDue("n0", PERIOD - ROUND_TRIP)).toBe(2 * PERIOD + late);
      hear({ roundTrip: ROUND_TRIP, spread: 30 });
      expect(rounds.ackDue("n0", PERIOD - ROUND_TRIP - 1)).toBe(2 * PERIOD + late + 30);
    });

    it("of a child with the child's own values, or after the delay of acknowledgements", () => {
      const { rounds, hear } = inner();
      hear();
      expect(rounds.ackDue("n3", 100)).toBe(100 + DELAY + PERIOD + 2 * ROUND_TRIP + PATIENCE);
    });

    it("with patience: a round trip and the guard, if that is long", () => {
      const { rounds, rtt } = leaf();
      expect([rounds.answerTime("n0"), rounds.tolerance]).toEqual([ROUND_TRIP + PATIENCE, PATIENCE]);
      rtt.hint(ROUND_TRIP, 25);
      expect(rounds.tolerance).toBe(PATIENCE + 25);
      expect(leaf({ isMeasured: false }).rounds.answerTime("n0")).toBe(200 + PATIENCE);
    });

    it("of which a child asks itself, unless messages get lost", () => {
      const { rounds, hear, loseMessages } = inner();
      hear();
      expect([rounds.requestsMissingAck("n3"), rounds.requestsMissingAck("n0")]).toEqual([true, false]);
      loseMessages();
      expect([rounds.requestsMissingAck("n3"), rounds.isLossy, rounds.isCalm]).toEqual([false, true, false]);
    });

    it("and is not calm after a request for one", () => {
      const { clock, rounds } = leaf();
      clock.advance(2 * 10_000);
      expect(rounds.isCalm).toBe(true);
      rounds.ackRequested();
      expect([rounds.isCalm, rounds.isLossy]).toEqual([false, false]);
    });
  });

  describe("when its place in the tree changes", () => {
    it("forgets the rounds and the guard of its former parent", () => {
      const { guard, rounds, overlay, hear, departure } = leaf();
      hear({ guard: 90 });
      overlay.parent = "n1";
      rounds.positionChanged();
      expect([rounds.nextDowncast(), guard.requested, departure("n1")]).toEqual([undefined, [90, 0], 0]);
      hear();
      expect(departure("n1")).toBe(PERIOD - LEAD);
    });

    it("keeps the rounds of its parent if only its children change", () => {
      const { guard, rounds, overlay, hear } = inner();
      hear();
      overlay.children = ["n3"];
      rounds.positionChanged();
      expect([rounds.nextDowncast(), guard.requested]).toEqual([PERIOD, []]);
    });

    it("starts rounds of its own as the new root, and gives members time that turn to it", () => {
      for (const hadChildren of [false, true]) {
        const { clock, rounds, overlay, hear, departure } = hadChildren ? inner() : leaf();
        hear();
        clock.advance(5_000);
        Object.assign(overlay, { parent: undefined, level: 0, children: ["n3", "n4"], heightBelow: 1 });
        rounds.positionChanged();
        expect(departure("n3")).toBe(5_030 + (hadChildren ? 0 : ONE_WAY));
      }
    });

    it("stops its own rounds when it gets a parent, and starts others when it is the root again", () => {
      const { clock, rounds, overlay, departure } = root();
      departure("n1");
      clock.advance(100);
      Object.assign(overlay, { parent: "n9", level: 1 });
      rounds.positionChanged();
      expect(departure("n9", 0, { dryRun: true })).toBe(100);
      Object.assign(overlay, { parent: undefined, level: 0 });
      rounds.positionChanged();
      expect(departure("n1")).toBe(130);
    });
  });

  it("sends acknowledgements with values, along the tree, in batches that leave at their time", () => {
    expect(root().rounds).toMatchObject({
      piggybacksAcks: true,
      isDirect: false,
      followsTree: true,
      batchesBySize: false,
    });
  });
});
