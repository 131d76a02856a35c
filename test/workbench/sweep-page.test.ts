import { describe, expect, it } from "vitest";
import published from "../../src/workbench/data/published-results.json";
import { type Figures, sweepOf } from "./support/measured-sweep.js";

/** Two budgets, the proposal's three windows, and eager. */
const FIGURES: readonly Figures[] = [
  [0.94, 312, 590],
  [0.31, 934, 1880],
  [9.75, 222, 302],
  [9.25, 223, 308],
  [7.32, 285, 403, 2],
  [12.17, 83, 100],
];

describe("the page of a sweep", () => {
  const page = sweepOf([700, 2000], FIGURES);
  const named = (name: string) => page.points.find((point) => point.name === name);

  it("has every setting that lost nothing, with its cost", () => {
    expect(named("rounds, max 700")).toMatchObject({
      messagesPerOperation: 0.94,
      median: 312,
      max: 590,
      optimal: true,
    });
    expect(named("rounds, max 700")?.details[0]).toBe("--median 700 --max 700 --guard auto");
    expect(page.points.filter(({ series }) => series === "proposal").map(({ name }) => name)).toEqual([
      "proposal, window 50",
      "proposal, window 75",
    ]);
    expect(page.missing).toEqual(["proposal, window 100: 2 values were lost"]);
  });

  it("has every published result, with its source", () => {
    const others = page.points.filter(({ series }) => series === "published");
    expect(others.map(({ max }) => max).sort()).toEqual(published.results.map(({ max }) => max).sort());
    for (const [index, { source }] of published.results.entries())
      expect(others[index]?.details.join()).toContain(source);
  });

  it("has the limits of challenges 3d and 3e", () => {
    expect(page.limits).toEqual([
      { name: "challenge 3d", messagesPerOperation: 30, median: 400, max: 600 },
      { name: "challenge 3e", messagesPerOperation: 20, median: 1000, max: 2000 },
    ]);
  });

  it("has the limit by arithmetic: it falls as the budget grows, and excludes budgets without room for rounds", () => {
    const messages = page.expected.map(({ messagesPerOperation }) => messagesPerOperation);
    expect(messages.length).toBeGreaterThan(50);
    expect(messages).toEqual([...messages].sort((one, other) => other - one));
    expect(page.expected[0]?.budget).toBeGreaterThan(300);
    expect(page.expected.at(-1)?.budget).toBe(4000);
  });

  it("has neither limits nor published results for another cluster, because they would not be comparable", () => {
    const other = sweepOf([700, 2000], FIGURES, 9);
    expect(other.limits).toEqual([]);
    expect(other.points.every(({ series }) => series !== "published")).toBe(true);
  });
});
