import { describe, expect, it } from "vitest";
import { expectedMessagesPerSecond } from "./expected-messages.js";
import { measure, presets } from "./support/measure.js";

describe("messages under load", () => {
  it.each([
    { preset: "frugal", size: 5, fanOut: 32, rate: 20, seeds: 2 },
    { preset: "frugal", size: 25, fanOut: 32, rate: 5, seeds: 4 },
    { preset: "frugal", size: 25, fanOut: 32, rate: 50, seeds: 1 },
    { preset: "default", size: 5, fanOut: 32, rate: 1, seeds: 12 },
    { preset: "default", size: 25, fanOut: 32, rate: 50, seeds: 1 },
    { preset: "deep", size: 25, fanOut: 5, rate: 10, seeds: 1 },
    { preset: "deep", size: 40, fanOut: 3, rate: 10, seeds: 1 },
  ] as const)("are what the arithmetic expects, within 5 %: $preset, $size members, $rate values/s", (row) => {
    const { ratio, worst, promise } = measure({ ...row, settings: presets[row.preset] });
    if (process.env.SHOW_FIGURES) console.log(row, ratio.toFixed(3), worst.toFixed(0), promise.toFixed(0));
    expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.05);
    expect(worst).toBeLessThanOrEqual(promise);
  });
});

describe("the arithmetic", () => {
  const star = (size: number) => Array.from({ length: size - 1 }, () => ({ below: 1, level: 1 }));
  const frugal = { period: 1630, roundTrip: 200, guard: 40, acknowledgementDelay: 6000 };

  it("comes to two messages an edge and round where there is always something to say", () => {
    const messages = expectedMessagesPerSecond({ size: 25, edges: star(25), rate: 10_000, ...frugal });
    expect((messages * frugal.period) / 1000).toBeCloseTo(48, 3);
  });

  it("comes to a downcast, an upcast and their acknowledgements for each value where there are very few", () => {
    // 24 down (one of them the acknowledgement for the author), 24/25 up on average, and 24/25 · 23 + 1/25 · 24 acknowledgements.
    const rate = 0.001;
    const messages = expectedMessagesPerSecond({ size: 25, edges: star(25), rate, ...frugal });
    expect(messages / rate).toBeCloseTo(24 + 24 / 25 + (24 / 25) * 23 + 24 / 25, 0);
  });
});
