import { describe, expect, it } from "vitest";
import type { Fault, Scenario } from "../../../src/workbench/simulation/scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { reportSimulation } from "../../../src/workbench/simulation/simulation-recorder.js";

const calm: Scenario = {
  seed: 1,
  preset: "frugal",
  fanOut: 32,
  journal: false,
  latency: { kind: "constant", mean: 100 },
  clocks: [0, 1, 2, 3].map((index) => ({ origin: index * 1000, drift: 0 })),
  starts: [0, 0, 0, 0],
  values: [0, 1, 2, 3].map((value) => ({ value, at: 1000 * value, node: value })),
  faults: [],
};

describe("the report of a simulation", () => {
  it("has every message up to the idle minutes, and every value with its latency", () => {
    const outcome = simulate(calm, { withoutIdleTime: true });
    const report = reportSimulation(calm, outcome);
    expect(report.messages).toHaveLength(outcome.messages);
    expect(report.verdict).toBe("passed");
    expect(report.values.map(({ fate }) => fate)).toEqual(["stable", "stable", "stable", "stable"]);
    for (const { latency } of report.values) expect(latency).toBeGreaterThanOrEqual(100);
  });

  it("names the lost values when a promise was broken, and the members without them", () => {
    const bounds = { convergence: 1 };
    const report = reportSimulation(calm, simulate(calm, { bounds }), bounds);
    expect(report.verdict).toBe("failed");
    expect(report.stories.map(({ heading }) => heading)).toEqual(["Value 2 was lost", "Value 3 was lost"]);
    expect(report.stories[1]?.sentences.join(" ")).toContain("It never reached n0, n1 and n2");
  });

  it("does not call values lost that the fault model exempts", () => {
    const crash: Fault = { kind: "crash", node: 1, from: 1020, until: 3000, returns: true, survivors: 0, torn: false };
    const scenario = { ...calm, faults: [crash] };
    const report = reportSimulation(scenario, simulate(scenario));
    expect(report.values.map(({ fate }) => fate)).toEqual(["stable", "open", "stable", "stable"]);
  });

  it("names the messages that a fault dropped", () => {
    const cut: Fault = { kind: "cut", source: 0, target: 2, from: 0, until: 8000 };
    const report = reportSimulation({ ...calm, faults: [cut] }, simulate({ ...calm, faults: [cut] }));
    const taken = report.messages.filter(({ lostBy }) => lostBy !== undefined);
    expect(report.causes).toEqual(["cut"]);
    expect(taken.length).toBeGreaterThan(0);
    for (const { from, to } of taken) expect([from, to]).toEqual([0, 2]);
  });
});
