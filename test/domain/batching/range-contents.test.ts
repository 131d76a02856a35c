import { describe, expect, it } from "vitest";
import { RangeContents } from "../../../src/domain/batching/range-contents.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

/** A log of `n0` with the values 0, 1, 2, …, accepted at these times, and its range contents. */
function contentsOf(...times: readonly number[]) {
  const log = new ValueLog("n0@1");
  for (const [value, time] of times.entries()) log.accept(value, time);
  let lookUps = 0;
  const lookUp = log.valuesOf.bind(log);
  log.valuesOf = (range) => {
    lookUps++;
    return lookUp(range);
  };
  return { log, contents: new RangeContents({ values: log }), lookUps: () => lookUps };
}
const range = (first: number, count: number): DotRange => ["n0@1", first, count];

describe("RangeContents", () => {
  it("tells the values of a range and when the oldest was accepted, and looks them up once", () => {
    const { contents, lookUps } = contentsOf(50, 30, 40);
    expect(contents.of(range(1, 3))).toMatchObject({ values: [0, 1, 2], oldest: 30 });
    expect(contents.of(range(3, 1))).toMatchObject({ values: [2], oldest: 40 });
    contents.of(range(1, 3));
    expect(lookUps()).toBe(2);
    contents.clear();
    contents.of(range(1, 3));
    expect(lookUps()).toBe(3);
  });

  it("remembers a limited number of ranges", () => {
    const { contents, lookUps } = contentsOf(...Array<number>(1_025).fill(0));
    for (let number = 1; number <= 1_024; number++) contents.of(range(number, 1));
    contents.of(range(1, 1));
    expect(lookUps()).toBe(1_024);
    contents.of(range(1_025, 1));
    contents.of(range(1, 1));
    expect(lookUps()).toBe(1_026);
  });

  it("gives the values and ages of a message, and the same arrays to the next member with the same list", () => {
    const { log, contents } = contentsOf(10.4, 20);
    log.merge([["n1@1", 1, 1]], ["x"], [500]);
    const list = [range(1, 2), ["n1@1", 1, 1]] satisfies DotRange[];
    const content = contents.ofList(list, 100);
    // An age is never negative, though clocks differ.
    expect(content).toEqual({ values: [0, 1, "x"], ages: [90, 0] });
    const again = contents.ofList(list, 100);
    expect([again.values === content.values, again.ages === content.ages]).toEqual([true, true]);
    expect(contents.ofList(list, 200)).toEqual({ values: [0, 1, "x"], ages: [190, 0] });
    expect(contents.ofList([range(2, 1)], 100)).toEqual({ values: [1], ages: [80] });
    expect(contents.ofList([], 100)).toEqual({ values: [], ages: [] });
  });

  it("bounds what ranges take in a message, and what the old ones among them take", () => {
    const { contents } = contentsOf(10, 20, 30);
    const ranges = [range(1, 1), range(2, 1), range(3, 1)];
    const one = contents.bytesOf([range(1, 1)]);
    expect(one).toBeGreaterThan(JSON.stringify([["n0@1", 1, 1], 0, 0]).length);
    expect(contents.bytesOf(ranges)).toBe(3 * one);
    expect([5, 10, 20, 29].map((time) => contents.bytesBefore(ranges, time))).toEqual([0, one, 2 * one, 2 * one]);
    expect(contents.bytesBefore(ranges, 30)).toBe(contents.bytesOf(ranges));
  });

  it("divides ranges by age, and keeps the list if there is nothing to divide", () => {
    const step = 500;
    const { contents } = contentsOf(0, step, step + 1, step + 2);
    const whole = [range(1, 4)];
    const parts = contents.splitByAge(whole);
    expect(parts).toEqual([range(1, 2), range(3, 2)]);
    expect(contents.splitByAge([range(1, 4)])).toBe(parts);
    expect(contents.splitByAge(whole)).toBe(parts);
    const young = [range(3, 2), range(1, 1)];
    expect(contents.splitByAge(young)).toBe(young);
    expect(contents.splitByAge([range(1, 1), range(3, 2)])).toEqual([range(1, 1), range(3, 2)]);
    expect(contents.splitByAge([range(1, 1)])).toEqual([range(1, 1)]);
    expect(contents.splitByAge([["n0@1", 1, 2]])).toEqual([range(1, 2)]);
    expect(contents.splitByAge([])).toEqual([]);
  });

  it("notes that the parts have the dots of the same arrivals", () => {
    const { log, contents } = contentsOf(0, 5_000);
    const arrived = log.arrivedSince(0);
    const parts = contents.splitByAge(arrived);
    expect(parts).toHaveLength(2);
    expect(log.stretchOf(parts)).toEqual({ from: 0, to: 2 });
  });
});
