import { expect, it } from "vitest";
import { Histogram } from "../../../src/workbench/model/histogram.js";
import { quantiles } from "../../../src/workbench/model/quantiles.js";

it("a quantile is the element at min(n - 1, floor(n·q)) of the sorted list", () => {
  expect(quantiles([4, 1, 3, 2])).toEqual({ "0": 1, "0.5": 3, "0.95": 4, "0.99": 4, "1": 4 });
  const hundred = Array.from({ length: 100 }, (_, index) => index);
  expect(quantiles(hundred)).toEqual({ "0": 0, "0.5": 50, "0.95": 95, "0.99": 99, "1": 99 });
});

it("an empty series has no quantiles", () => {
  expect(quantiles([])).toBeUndefined();
});

it("a histogram knows its quantiles to a few percent and its maximum exactly", () => {
  const histogram = new Histogram();
  for (let delay = 1; delay <= 1000; delay++) histogram.add(delay / 10);
  expect(histogram.quantile(0.5)).toBeGreaterThanOrEqual(50);
  expect(histogram.quantile(0.5)).toBeLessThan(53);
  expect(histogram.max).toBe(100);
});
