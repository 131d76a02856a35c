import { describe, expect, it } from "vitest";
import { HeadStart } from "../../../../src/domain/batching/rounds/head-start.js";

const PERIOD = 1000;
/** When the next regular upcast leaves, and when the last one left. */
const REGULAR = 5000;
const LAST = REGULAR - PERIOD;
const FULL = 70;

function leaf({ heightBelow = 0, spread = 0, guard = 10 } = {}) {
  const headStart = new HeadStart({ overlay: { heightBelow }, rtt: { spread: () => spread }, planner: { guard } });
  let round = 0;
  /** Sends upcasts of so many values, each in a round of its own unless the round is given. */
  const send = (count: number, times = 1, given?: number) => {
    for (let i = 0; i < times; i++) {
      headStart.upcastPlanned(count);
      headStart.upcastLeft(given ?? ++round);
    }
  };
  return { headStart, send, of: (oldest: number, period = PERIOD) => headStart.before(REGULAR, oldest, period) };
}

describe("HeadStart", () => {
  it("is given if the oldest value was accepted just after the last upcast, or before", () => {
    const { of } = leaf();
    expect([LAST - 1, LAST, LAST + FULL - 1].map((oldest) => of(oldest))).toEqual([FULL, FULL, FULL]);
    expect([LAST + FULL, REGULAR - 1].map((oldest) => of(oldest))).toEqual([0, 0]);
  });

  it("takes at most a share of the period", () => {
    const { of } = leaf();
    const period = FULL;
    const most = period / 5;
    expect(of(REGULAR - period, period)).toBeCloseTo(most);
    expect(of(REGULAR - period + most + 1, period)).toBe(0);
  });

  it("leaves two guards of the period: the parent takes an upcast that arrives just after its own for a late one", () => {
    const guard = PERIOD / 2 - 5;
    expect(leaf({ guard }).of(LAST)).toBe(PERIOD - 2 * guard);
    expect(leaf({ guard: PERIOD }).of(LAST)).toBe(0);
  });

  it("is not given to an inner member, which would leave without the values of its children", () => {
    expect(leaf({ heightBelow: 1 }).of(LAST)).toBe(0);
  });

  it("is not given where latency is random", () => {
    expect(leaf({ spread: 1 }).of(LAST)).toBe(0);
  });

  it("is not given to a leaf with so many values that a second upcast is likely", () => {
    const { send, of } = leaf();
    const many = Math.ceil((0.3 * PERIOD) / FULL) + 1;
    send(many, 100);
    expect(of(LAST)).toBe(0);
    send(1, 100);
    expect(of(LAST)).toBe(FULL);
  });

  it("goes by the last eight rounds or so: one with five values is forgiven, a second one is not", () => {
    const { send, of } = leaf();
    // A round of 360 ms allows for 1.54 values.
    const headStart = () => of(REGULAR - 360, 360);
    send(5);
    expect(headStart()).toBe(FULL);
    send(5);
    expect(headStart()).toBe(0);
    send(1, 8);
    expect(headStart()).toBe(FULL);
  });

  it("counts no messages without values, such as questions", () => {
    const { headStart, send, of } = leaf();
    const few = Math.floor((0.3 * PERIOD) / FULL);
    for (let round = 1; round <= 100; round++) {
      send(few, 1, round);
      for (let i = 0; i < 3; i++) headStart.upcastLeft(undefined);
    }
    expect(of(LAST)).toBe(FULL);
  });

  it("is not given to a leaf with many values that also asks many questions", () => {
    const { headStart, send, of } = leaf();
    const many = Math.ceil((0.3 * PERIOD) / FULL) + 1;
    for (let round = 1; round <= 100; round++) {
      send(many, 1, round);
      for (let i = 0; i < 3; i++) headStart.upcastLeft(undefined);
    }
    expect(of(LAST)).toBe(0);
  });

  it("is given up to 0.3 values that are expected in its time", () => {
    const { send, of } = leaf();
    // From one value per round on, a round with five makes 1.5 on average: 0.3 in a fifth of the period.
    send(5);
    const period = 5 * FULL;
    expect(of(REGULAR - period, period)).toBe(FULL);
  });

  it("counts both upcasts of a round together", () => {
    const { headStart, send, of } = leaf();
    const half = Math.ceil((0.3 * PERIOD) / FULL / 2) + 1;
    for (let round = 1; round <= 100; round++) send(half, 2, round);
    expect(of(LAST)).toBe(0);
    for (let i = 0; i < 100; i++) {
      headStart.upcastPlanned(half);
      headStart.upcastLeft(undefined);
    }
    expect(of(LAST)).toBe(FULL);
  });
});
