import { describe, expect, it } from "vitest";
import { type Cost, geometricRange, optimalAmong } from "../../../src/workbench/model/sweep.js";

const cost = (messagesPerOperation: number, median: number, max: number, lost = 0): Cost => ({
  messagesPerOperation,
  latencies: { median, max },
  lost,
});

describe("an optimal point", () => {
  it("costs more than another and is faster, or the other way round", () => {
    expect(optimalAmong([cost(12, 100, 100), cost(1, 300, 600), cost(0.3, 900, 1800)])).toEqual([true, true, true]);
  });

  it("is not beaten in one figure by a point that is equal in the others", () => {
    expect(optimalAmong([cost(1, 300, 600), cost(1, 300, 601), cost(2, 300, 600)])).toEqual([true, false, false]);
  });

  it("may have an equal", () => {
    expect(optimalAmong([cost(1, 300, 600), cost(1, 300, 600)])).toEqual([true, true]);
  });

  it("may have a better median and a worse maximum", () => {
    expect(optimalAmong([cost(1, 300, 600), cost(1, 200, 700)])).toEqual([true, true]);
  });

  it("has lost no value and kept some; other points beat no point either", () => {
    const keptNone: Cost = { messagesPerOperation: 0, latencies: null, lost: 0 };
    expect(optimalAmong([cost(1, 10, 20, 1), keptNone, cost(2, 300, 600)])).toEqual([false, false, true]);
  });
});

describe("a range", () => {
  it("goes from end to end by equal factors, in whole ms", () => {
    expect(geometricRange(300, 4800, 5)).toEqual([300, 600, 1200, 2400, 4800]);
  });

  it("with one point is its beginning, and repeats nothing", () => {
    expect(geometricRange(300, 4000, 1)).toEqual([300]);
    expect(geometricRange(5, 6, 10)).toEqual([5, 6]);
  });
});
