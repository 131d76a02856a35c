import { describe, expect, it } from "vitest";
import { changesBetween, cost, figuresTable, halved, medianFigure, type Run, rate } from "./figures.js";

const run = (...figures: Run["figures"]): Run => ({ node: "v20", cores: 2, figures });

describe("figures of a speed run", () => {
  it("rate a cost below the baseline's, and a rate above it, higher than 1", () => {
    expect(cost("CPU", "ms", 50, 100).ratio).toBe(2);
    expect(rate("lines", "lines/s", 50, 100).ratio).toBe(0.5);
  });

  it("take the round with the median ratio", () => {
    const rounds = [0.1, 0.9, 0.5].map((value) => rate("lines", "lines/s", value, 1));
    expect(medianFigure(rounds)).toMatchObject({ ratio: 0.5, spread: [0.1, 0.9] });
  });

  it("fail only if a ratio is half of what it was, whatever the times are", () => {
    const before = run(cost("slower machine", "ms", 100, 100), cost("worse", "ms", 100, 100));
    const now = run(cost("slower machine", "ms", 900, 901), cost("worse", "ms", 100, 50), cost("new", "ms", 9, 1));
    expect(halved(changesBetween(before, now)).map(({ name }) => name)).toEqual(["worse"]);
  });

  it("count a ratio that is no number as worse", () => {
    const [before, now] = [run(cost("CPU", "ms", 1, 1)), run(cost("CPU", "ms", 0, 0))];
    expect(halved(changesBetween(before, now))).toHaveLength(1);
  });

  it("are printed beside their baseline", () => {
    expect(figuresTable([rate("lines", "lines/s", 120_000, 240_000)])).toMatch(
      /lines .*120,000 .*240,000 .*lines\/s .*0\.50/,
    );
  });

  it("say whether they reach their target", () => {
    const figure = rate("lines", "lines/s", 1, 2);
    expect(figuresTable([{ ...figure, target: 0.4 }])).toContain("0.40 reached");
    expect(figuresTable([{ ...figure, target: 0.6 }])).toContain("0.60 missed");
  });
});
