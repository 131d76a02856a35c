import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { comparisonFor } from "../../src/workbench/commands/challenge-comparison.js";
import { renderResult } from "../../src/workbench/commands/result-table.js";
import { CHALLENGES } from "../../src/workbench/model/challenges.js";
import { BUSY_MACHINE } from "../../src/workbench/virtual-cluster/node-clock.js";
import { runVirtualBench } from "../../src/workbench/virtual-cluster/run-virtual-bench.js";

const challenge = "3e";
const { settings, limits } = CHALLENGES[challenge];
/** The tuning of presets may change; this one makes a round every 1680 ms. */
const frugal = resolveSettings({ median: 1090, max: 2000, guard: 45 });

describe("the table of challenge 3e", () => {
  const brief = { ...settings, timeLimit: 4_000 };
  const result = runVirtualBench({ node: frugal, settings: brief, limits, challenge, clockFaults: BUSY_MACHINE });
  const shown = renderResult(result, comparisonFor(challenge, settings, frugal)).split("\n");
  const row = (name: string) =>
    shown
      .find((line) => line.includes(name))
      ?.split("│")
      .map((cell) => cell.trim())
      .slice(3, -1);

  it("shows beside result and limit: the arithmetic, the proposal's expectation, and the best published", () => {
    expect(row("messages per operation")).toEqual(["under 20", "0.28", "10-15", "1.70"]);
    expect(row("median latency")).toEqual(["under 1000 ms", "935 ms", "300-500 ms", "762 ms"]);
    expect(row("maximum latency")).toEqual(["under 2000 ms", "1825 ms", "800-1500 ms", "1095 ms"]);
    expect(row("lost values")).toEqual(["none", "", "", ""]);
  });

  it("names their sources", () => {
    expect(shown.join("\n")).toContain("arithmetic: a round every 1680 ms");
    expect(shown.join("\n")).toContain("best published: teivah in Go, measured by us with Maelstrom");
    expect(shown.join("\n")).toContain("github.com/teivah/gossip-glomers");
  });

  it("fits a terminal of 100 columns", () => {
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("a comparison", () => {
  it("uses the preset made for the challenge for foreign nodes, and says so", () => {
    const comparison = comparisonFor("3d", settings, undefined);
    expect(comparison?.notes[0]).toMatch(/^arithmetic: for tidecast's preset default: a round every \d+ ms/);
  });

  it("has no arithmetic for the proposal's windows", () => {
    const comparison = comparisonFor("3e", settings, resolveSettings({ preset: "proposal" }));
    expect(comparison?.columns.map(({ title }) => title)).toEqual(["proposal\nexpects", "best\npublished"]);
  });

  it("exists neither for other challenges nor for another cluster than the challenge's", () => {
    expect(comparisonFor(undefined, settings, frugal)).toBeUndefined();
    expect(comparisonFor("3b", CHALLENGES["3b"].settings, frugal)).toBeUndefined();
    expect(comparisonFor("3e", { ...settings, latency: 50 }, frugal)).toBeUndefined();
    expect(comparisonFor("3e", { ...settings, faults: ["partition"] }, frugal)).toBeUndefined();
  });
});
