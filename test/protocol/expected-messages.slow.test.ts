import { describe, expect, it } from "vitest";
import { measure, presets } from "./support/measure.js";

describe("messages under load", () => {
  it.each([
    { preset: "frugal", size: 5, fanOut: 32, rate: 20, seeds: 2 },
    { preset: "frugal", size: 25, fanOut: 32, rate: 50, seeds: 1, duration: 60_000 },
    { preset: "default", size: 5, fanOut: 32, rate: 1, seeds: 12 },
    { preset: "default", size: 25, fanOut: 32, rate: 50, seeds: 1, duration: 60_000 },
    { preset: "deep", size: 25, fanOut: 5, rate: 10, seeds: 1 },
    { preset: "frugal", size: 5, fanOut: 32, rate: 1, seeds: 20 },
    { preset: "frugal", size: 25, fanOut: 32, rate: 1, seeds: 20 },
    { preset: "frugal", size: 25, fanOut: 32, rate: 5, seeds: 4 },
    { preset: "frugal", size: 100, fanOut: 1000, rate: 5, seeds: 4 },
    { preset: "frugal", size: 100, fanOut: 1000, rate: 50, seeds: 1 },
    { preset: "default", size: 25, fanOut: 32, rate: 1, seeds: 20 },
    { preset: "default", size: 25, fanOut: 32, rate: 5, seeds: 4 },
    { preset: "default", size: 100, fanOut: 1000, rate: 5, seeds: 4 },
    { preset: "default", size: 100, fanOut: 1000, rate: 50, seeds: 1 },
    { preset: "deep", size: 40, fanOut: 3, rate: 10, seeds: 1 },
    { preset: "deep", size: 100, fanOut: 10, rate: 5, seeds: 4 },
    { preset: "deep", size: 100, fanOut: 10, rate: 100, seeds: 1 },
    { preset: "deep", size: 1000, fanOut: 10, rate: 20, seeds: 1, duration: 60_000 },
  ] as const)("are what the arithmetic expects, within 5 %: $preset, $size members, $rate values/s", (row) => {
    const { ratio, worst, promise } = measure({ ...row, settings: presets[row.preset] });
    if (process.env.SHOW_FIGURES) console.log(row, ratio.toFixed(3), worst.toFixed(0), promise.toFixed(0));
    expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.05);
    expect(worst).toBeLessThanOrEqual(promise);
  });
});
