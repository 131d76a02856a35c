import { describe, expect, it } from "vitest";
import { firstValues } from "./support/first-values.js";

describe("the budget from the first value on, on a crowded machine, many times", () => {
  it.each([
    ["default", 5, 600, 100],
    ["default", 25, 600, 150],
    ["frugal", 5, 2000, 50],
    ["frugal", 25, 2000, 60],
    ["frugal", 100, 2000, 8],
  ] as const)("is kept by %s with %d nodes", async (preset, size, limit, seeds) => {
    const { worst, broken } = await firstValues({ preset, size, seeds });
    expect(broken(limit)).toEqual([]);
    expect(worst).toBeLessThan(limit);
  });

  it("is kept by default with 100 nodes, which send at once and need the cores for that", async () => {
    const { worst } = await firstValues({ preset: "default", size: 100, seeds: 2, cores: 20 });
    expect(worst).toBeLessThan(600);
  });
});

describe("the budget over a whole run, on a crowded machine", () => {
  // Without a head start seeds 19, 22 and 26 exceed 600 ms: values that miss their round just after they missed the last one.
  it("is kept by default with 25 nodes", async () => {
    const { broken } = await firstValues({ preset: "default", size: 25, seeds: 26, timeLimit: 20_000 });
    expect(broken(600)).toEqual([]);
  });
});

describe("the guard of inner members, on a crowded machine", () => {
  // A downcast out of turn made children plan for one round too early. They then seemed late by a period, and in seeds 2 and 3
  // the guard of inner members stayed at its bound of 82 ms.
  it("does not stay at its bound", async () => {
    const settings = { fanOut: 5, median: 750, max: 950 };
    const { guards } = await firstValues({ preset: "default", settings, size: 25, seeds: 3, timeLimit: 20_000 });
    const long = guards.filter((guard) => guard > 75);
    expect(long.length / guards.length).toBeLessThan(0.1);
  });
});
