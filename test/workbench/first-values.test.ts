import { describe, expect, it } from "vitest";
import { firstValues } from "./support/first-values.js";

describe("the budget from the first value on, on a crowded machine", () => {
  it("is kept by the default", async () => {
    const { worst } = await firstValues({ preset: "default", size: 25, seeds: 5 });
    expect(worst).toBeLessThan(600);
  });

  it("is kept by frugal", async () => {
    const { worst } = await firstValues({ preset: "frugal", size: 25, seeds: 3 });
    expect(worst).toBeLessThan(2000);
  });
});

describe("the guard that the nodes agree on", () => {
  it.each([
    [2, 10, 20],
    [130, 100, 140],
  ])("covers timers that are up to %d ms late", async (lateness, least, most) => {
    const { guards } = await firstValues({ preset: "default", size: 25, seeds: 1, timeLimit: 10_000, lateness });
    const settled = guards.slice(guards.length / 2);
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...settled)).toBeLessThan(most);
  });
});
