import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { dealtArrivals, independentArrivals } from "../../../src/workbench/arithmetic/arrivals.js";

describe("independent broadcasts", () => {
  it("leave a member of 25 without one for 1.6 s with probability exp(-3.2) at 50 per second", () => {
    const arrivals = independentArrivals(50, 25);
    expect(arrivals.noneWithin(1600, 1)).toBeCloseTo(Math.exp(-3.2), 12);
    expect(arrivals.noneElsewhereWithin(1600, 1)).toBeCloseTo(Math.exp(-76.8), 12);
  });

  it("spare all members only if they spare some and the others", () => {
    const arrivals = independentArrivals(2, 10);
    const apart = arrivals.noneWithin(700, 3) * arrivals.noneElsewhereWithin(700, 3);
    expect(arrivals.noneWithin(700, 10)).toBeCloseTo(apart, 12);
  });
});

describe("broadcasts as Maelstrom deals them", () => {
  it("leave a member that gets exactly one operation without a broadcast half of the time", () => {
    // A turn of 26 places (25 members and the nemesis's) takes 260 ms; a metronome would make it exactly 0.5.
    expect(dealtArrivals(100, 25).noneWithin(260, 1)).toBeCloseTo(0.5, 2);
  });

  it("leave it without one a quarter of the time if it gets two", () => {
    expect(dealtArrivals(100, 25).noneWithin(520, 1)).toBeCloseTo(0.25, 2);
  });

  it("are spread more evenly over the members than independent ones", () => {
    for (const period of [100, 416, 1680]) {
      const dealt = dealtArrivals(100, 25).noneWithin(period, 1);
      expect(dealt).toBeLessThan(independentArrivals(50, 25).noneWithin(period, 1));
    }
  });

  const cases = [
    { rate: 100, size: 25, members: 1, period: 416 },
    { rate: 10, size: 25, members: 1, period: 1680 },
    { rate: 10, size: 5, members: 1, period: 1680 },
    { rate: 1, size: 25, members: 25, period: 1680 },
    { rate: 10, size: 25, members: 25, period: 416 },
  ];
  it.each(cases)("agree with a simulation of the assignment: %o", ({ rate, size, members, period }) => {
    const simulated = simulateDeal(rate, size, members, period);
    expect(Math.abs(dealtArrivals(rate, size).noneWithin(period, members) - simulated)).toBeLessThan(0.015);
  });
});

/** The share of windows in which none of the last `members` got a broadcast, by dealing operations in turn. */
function simulateDeal(rate: number, size: number, members: number, period: number): number {
  const windows = 10_000;
  const random = new SeededRandom(7);
  const hit = new Set<number>();
  let place = 0;
  for (let time = 0; time < windows * period; time += (random.next() * 2000) / rate) {
    const member = place < size ? place : 0;
    if (member >= size - members && random.next() < 0.5) hit.add(Math.floor(time / period));
    place = (place + 1) % (size + 1);
  }
  return 1 - hit.size / windows;
}
