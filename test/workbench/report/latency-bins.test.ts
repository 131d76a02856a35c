import { describe, expect, it } from "vitest";
import { isUneven, latencyBins } from "../../../src/workbench/report/data/latency-bins.js";
import type { RecordedValue } from "../../../src/workbench/report/data/run-report.js";

const took = (latency: number): RecordedValue => ({ ...bare, fate: "stable", latency });
const bare = { value: 0, node: 0, invokedAt: 0, missedBy: [] };
const lost: RecordedValue = { ...bare, fate: "lost" };
const unread: RecordedValue = { ...bare, fate: "never-read" };
const told = (values: readonly RecordedValue[], limits = {}) =>
  latencyBins(values, limits).map(({ name, count, isBad }) => `${name}: ${count}${isBad ? " bad" : ""}`);

describe("values by latency", () => {
  it("of a failed run show both ends separately, the empty middle as one, and the lost ones", () => {
    const values = [...Array(100).fill(took(0)), took(12_000), took(19_999), took(20_000), lost, lost, unread];
    expect(isUneven(values)).toBe(true);
    expect(told(values, { maxLatency: 2000 })).toEqual([
      "0 ms: 100",
      "under 10 s: 0",
      "10–20 s: 2 bad",
      "20–50 s: 1 bad",
      "lost: 2 bad",
      "never read: 1",
    ]);
  });

  it("are split at the limits, and begin with the shortest", () => {
    expect(
      told([took(350), took(399), took(400), took(550), took(600)], { medianLatency: 400, maxLatency: 600 }),
    ).toEqual(["200–400 ms: 2", "400–500 ms: 1", "500–600 ms: 1", "600 ms – 1 s: 1 bad"]);
  });

  it("count every value once", () => {
    const values = [0, 0.4, 1, 1.9, 2, 99, 100, 1000, 12_345, 59_999].map(took);
    const bins = latencyBins([...values, lost], { maxLatency: 700 });
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(11);
  });

  it("of a single node are all in one row", () => {
    const values = Array(5).fill(took(0));
    expect(isUneven(values)).toBe(true);
    expect(told(values)).toEqual(["0 ms: 5"]);
  });

  it("need no growing steps if the latencies are close together", () =>
    expect(isUneven([300, 500, 700, 900, 1100].map(took))).toBe(false));
});
