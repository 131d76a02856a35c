import { describe, expect, it } from "vitest";
import { testSettings } from "../support/cluster.js";
import { LoneNode } from "../support/lone-node.js";

const ROUND_TRIP = 200;
/** How late a downcast may be before a member does without it, in ms, at the least. */
const PATIENCE = 60;
const PERIOD = 1000;
const { guard, max, median } = testSettings;

/** A leaf of a star that has measured its round trip to the root, and heard at 200 ms of rounds of 1000 ms. */
function leafInRounds() {
  const lone = new LoneNode({ self: "n3", size: 5 });
  const root = lone.peer("n0");
  lone.accept("first");
  lone.run(ROUND_TRIP);
  root.acknowledges({ round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD, roundTrip: ROUND_TRIP, spread: 0 });
  const upcasts = () => lone.sentOf("gossip", "n0").map(({ at, body }) => [at, ...body.values]);
  return { lone, root, upcasts };
}

/** The root of a star of five that has measured a round trip. */
function rootInRounds(settings = {}) {
  const lone = new LoneNode({ self: "n0", size: 5, settings });
  lone.run(0);
  const [probe] = lone.sentOf("probe");
  lone.run(ROUND_TRIP);
  lone
    .peer(probe?.to ?? "")
    .says({ type: "probe_ok", incarnation: 1, of: 1, number: probe?.body.number ?? 0, held: 0 });
  const downcasts = () => lone.sentOf("gossip", "n2").map(({ at, body }) => [at, ...body.values]);
  return { lone, downcasts };
}

describe("a leaf in rounds", () => {
  it("sends its first value up at once: that starts the rounds", () => {
    expect(leafInRounds().upcasts()).toEqual([[0, "first"]]);
  });

  it("sends up so that it arrives a guard before the root's next departure", () => {
    const { lone, upcasts } = leafInRounds();
    lone.accept("second");
    lone.run(PERIOD);
    const due = ROUND_TRIP + PERIOD;
    expect(upcasts().slice(1)).toEqual([[due - ROUND_TRIP - guard, "second"]]);
  });

  it("sends everything of a round together, and what comes after that with the next one", () => {
    const { lone, root, upcasts } = leafInRounds();
    lone.accept("b", "c");
    lone.run(500);
    lone.accept("d");
    lone.run(PERIOD - 500);
    root.acknowledges({ round: 2, next: PERIOD, upcastBy: PERIOD, period: PERIOD }, guard);
    lone.accept("e");
    lone.run(PERIOD);
    const due = ROUND_TRIP + PERIOD - ROUND_TRIP - guard;
    expect(upcasts().slice(1)).toEqual([
      [due, "b", "c", "d"],
      [due + PERIOD, "e"],
    ]);
  });

  it("sends nothing in a round without values", () => {
    const { lone } = leafInRounds();
    const { length } = lone.sent;
    lone.run(3 * PERIOD);
    expect(lone.sent).toHaveLength(length);
  });

  it("sends what comes in at once while it waits for the first downcast, but not more often than every 20 ms", () => {
    const lone = new LoneNode({ self: "n3", size: 5 });
    lone.accept("first");
    lone.run(5);
    lone.accept("second");
    lone.run(14);
    expect(lone.valuesTo("n0")).toEqual(["first"]);
    lone.run(1);
    expect(lone.valuesTo("n0")).toEqual(["first", "second"]);
  });

  it("sends what comes in once a second when there has been no downcast for a second", () => {
    const lone = new LoneNode({ self: "n3", size: 5 });
    lone.accept("first");
    lone.run(ROUND_TRIP);
    lone.peer("n0").acknowledges();
    lone.run(1010 - ROUND_TRIP);
    lone.accept("second");
    lone.run(989);
    expect(lone.valuesTo("n0")).toEqual(["first"]);
    lone.run(1);
    expect(lone.valuesTo("n0")).toEqual(["first", "second"]);
  });

  it("does not believe in rounds that take much longer than the budget", () => {
    const { lone, root, upcasts } = leafInRounds();
    const hour = 3_600_000;
    root.gossips([], { round: { round: 2, next: hour, upcastBy: hour, period: hour } });
    lone.accept("second");
    lone.run(PERIOD);
    expect(upcasts().at(-1)).toContain("second");
  });
});

describe("the root in rounds", () => {
  const travel = ROUND_TRIP + guard;
  const period = Math.min(max - travel, 2 * (median - travel)) - 10;

  it("begins them 30 ms after the first value came", () => {
    const { lone, downcasts } = rootInRounds();
    lone.accept("first");
    lone.run(100);
    expect(downcasts()).toEqual([[ROUND_TRIP + 30, "first"]]);
  });

  it("makes them as long as the budget allows: P = min(max − travel, 2(median − travel)) − 10", () => {
    const { lone, downcasts } = rootInRounds();
    lone.accept("first");
    lone.run(100);
    lone.accept("second");
    lone.run(period);
    expect(downcasts()).toEqual([
      [ROUND_TRIP + 30, "first"],
      [ROUND_TRIP + 30 + period, "second"],
    ]);
    expect(lone.sentOf("gossip", "n2")[0]?.body.round).toMatchObject({ round: 1, next: period, period });
  });

  it("does not keep a value for the next round that would be too late with it", () => {
    const { lone, downcasts } = rootInRounds();
    lone.accept("first");
    lone.run(300);
    const before = lone.clock.now();
    lone.peer("n1").gossips(["late"], { ages: [1200], up: true });
    lone.run(period);
    const at = downcasts().find((downcast) => downcast.includes("late"))?.[0] as number;
    const acceptedAt = before - 1200 - ROUND_TRIP / 2;
    expect(at).toBeGreaterThanOrEqual(before + 30);
    expect(at + ROUND_TRIP / 2).toBeLessThanOrEqual(acceptedAt + max);
  });

  it("says once that a budget leaves no room for them, and sends values to everyone at once", () => {
    const { lone, downcasts } = rootInRounds({ median: 50, max: 100 });
    lone.accept("first");
    lone.run(0);
    lone.accept("second");
    lone.run(0);
    expect(downcasts()).toEqual([
      [ROUND_TRIP, "first"],
      [ROUND_TRIP, "second"],
    ]);
    for (const peer of ["n1", "n2"]) lone.peer(peer).acknowledges();
    expect(lone.lines).toHaveLength(1);
    expect(lone.lines[0]).toContain("no room for rounds");
  });
});

describe("an inner member in rounds", () => {
  /** n1 of seven has n0 above and n3 and n4 below. */
  function innerMember() {
    const lone = new LoneNode({ self: "n1", size: 7, settings: { fanOut: 2 } });
    const root = lone.peer("n0");
    lone.accept("first");
    lone.run(ROUND_TRIP);
    root.acknowledges({ round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD, roundTrip: ROUND_TRIP, spread: 0 });
    return { lone, root };
  }

  it("passes a downcast on when it comes", () => {
    const { lone, root } = innerMember();
    lone.run(PERIOD);
    root.gossips(["down"], { round: { round: 2, next: PERIOD, upcastBy: PERIOD, period: PERIOD } });
    lone.run(0);
    expect(lone.sentOf("gossip", "n3").at(-1)).toMatchObject({ at: lone.clock.now(), body: { values: ["down"] } });
  });

  it("does without it half a round trip and 60 ms after it was due", () => {
    const { lone } = innerMember();
    lone.run(100);
    lone.accept("mine");
    lone.run(PERIOD + 200);
    const sent = lone.sentOf("gossip", "n3").find(({ body }) => body.values.includes("mine"));
    expect(sent?.at).toBe(ROUND_TRIP + PERIOD + ROUND_TRIP / 2 + PATIENCE);
  });

  it("tells its children to have their upcasts there before its own leaves", () => {
    const { lone, root } = innerMember();
    lone.run(PERIOD);
    root.gossips(["down"], { round: { round: 2, next: PERIOD, upcastBy: PERIOD, period: PERIOD } });
    lone.run(0);
    const { round } = lone.sentOf("gossip", "n3").at(-1)?.body ?? {};
    expect(round).toMatchObject({ next: PERIOD, upcastBy: PERIOD - ROUND_TRIP - guard, period: PERIOD });
  });
});
