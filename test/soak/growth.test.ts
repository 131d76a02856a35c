import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { growthOf, isFlat } from "./judge/growth.js";
import { medianSlope, type Point } from "./judge/trend.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A point every 30 s for an hour. */
function hourOf(value: (minutes: number) => number): readonly Point[] {
  return Array.from({ length: 120 }, (_, index) => ({ at: index * (MINUTE / 2), value: value(index / 2) }));
}

const judge = (points: readonly Point[], tolerance = { ofBefore: 0.1 }) => {
  const growth = growthOf(points, HOUR);
  return growth && isFlat(growth, tolerance);
};

describe("the median slope", () => {
  it("is that of a line", () => {
    expect(medianSlope(hourOf((minutes) => 20 + 3 * minutes)) * MINUTE).toBeCloseTo(3, 10);
  });

  it("ignores a fifth of the points", () => {
    const points = hourOf((minutes) => (minutes % 5 === 0 ? 1e6 : 20 + 3 * minutes));
    expect(medianSlope(points) * MINUTE).toBeCloseTo(3, 1);
  });

  it("is 0 for a single point, and for points of one moment", () => {
    expect(medianSlope([{ at: 1, value: 5 }])).toBe(0);
    expect(
      medianSlope([
        { at: 1, value: 5 },
        { at: 1, value: 9 },
      ]),
    ).toBe(0);
  });
});

describe("a figure is flat", () => {
  it("if it only fluctuates", () => {
    const random = new SeededRandom(1);
    expect(judge(hourOf(() => 20 + 8 * random.next()))).toBe(true);
  });

  it("if it grew in the first quarter alone", () => {
    expect(judge(hourOf((minutes) => Math.min(20, 5 + minutes)))).toBe(true);
  });

  it("if it has outliers, as during faults", () => {
    expect(judge(hourOf((minutes) => (minutes % 7 === 0 ? 100 : 20)))).toBe(true);
  });

  it("if it shrinks", () => {
    expect(judge(hourOf((minutes) => 100 - minutes))).toBe(true);
  });
});

describe("a figure grows", () => {
  it("if it gains more than the tolerance, in noise as well", () => {
    const random = new SeededRandom(1);
    const leak = (perMinute: number) => hourOf((minutes) => 20 + 2 * random.next() + perMinute * minutes);
    expect(judge(leak(0.01))).toBe(true);
    expect(judge(leak(0.1))).toBe(false);
  });

  it("if it steps up before the last quarter", () => {
    expect(judge(hourOf((minutes) => (minutes < 44 ? 20 : 23)))).toBe(false);
  });

  it("if a handle is left now and then", () => {
    const tolerance = { absolute: 0.9 } as never;
    expect(
      judge(
        hourOf((minutes) => 28 + Math.floor(minutes / 20)),
        tolerance,
      ),
    ).toBe(false);
    expect(
      judge(
        hourOf((minutes) => 28 + (minutes % 3 === 0 ? 2 : 0)),
        tolerance,
      ),
    ).toBe(true);
  });
});

it("a figure with fewer than five points in a quarter is not judged", () => {
  expect(judge(hourOf(() => 20).filter(({ at }) => at < 47 * MINUTE))).toBeUndefined();
});
