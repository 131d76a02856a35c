import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { Carriers } from "../../../src/workbench/simulation/carriers.js";
import { exponential } from "../../../src/workbench/simulation/chance.js";
import { describeFault } from "../../../src/workbench/simulation/describe-fault.js";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { traceOf } from "../../../src/workbench/simulation/report.js";
import { type Fault, memberIds, type Scenario } from "../../../src/workbench/simulation/scenario.js";
import { shrink, withoutMembers } from "../../../src/workbench/simulation/shrink.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { hashOf } from "../../../src/workbench/simulation/trace.js";
import { tellWhatIsMissing } from "../../../src/workbench/simulation/value-story.js";

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
const crash: Fault = { kind: "crash", node: 1, from: 1020, until: 3000, returns: true, survivors: 0, torn: false };

describe("a simulation", () => {
  it("is the same every time, byte for byte", () => {
    for (const seed of [3, 4, 5]) {
      const scenario = drawScenario(seed, { nodes: 7 });
      expect(hashOf(traceOf(scenario))).toBe(hashOf(traceOf(drawScenario(seed, { nodes: 7 }))));
    }
  });

  it("brings every value to every member without faults", () => {
    expect(simulate(calm)).toMatchObject({ violation: undefined, acknowledged: 4, exempt: 0 });
  });

  it("exempts a value whose acceptor crashed before any other member had it", () => {
    expect(simulate({ ...calm, faults: [crash] })).toMatchObject({ violation: undefined, exempt: 1 });
  });

  it("exempts no such value if members keep journals", () => {
    expect(simulate({ ...calm, journal: true, faults: [crash] })).toMatchObject({ violation: undefined, exempt: 0 });
  });

  it("exempts no such value either if it is acknowledged only once others have it", () => {
    for (const ack of [2, "all"] as const)
      expect(simulate({ ...calm, ack, faults: [crash] })).toMatchObject({ violation: undefined, exempt: 0 });
  });

  it("notices a value that did not arrive in time", () => {
    const { violation } = simulate(calm, { bounds: { convergence: 1 } });
    expect(violation?.invariant).toBe("lost");
  });
});

describe("shrinking", () => {
  it("keeps only the parts that the failure needs", () => {
    const cut: Fault = { kind: "cut", source: 2, target: 0, from: 0, until: 50 };
    const run = (scenario: Scenario) => simulate(scenario, { bounds: { convergence: 1 } });
    const failing = { ...calm, faults: [cut] };
    const { scenario } = shrink(failing, run(failing), 300, run);
    expect(scenario.faults).toEqual([]);
    expect(scenario.values).toHaveLength(1);
    expect(scenario.clocks).toHaveLength(2);
  });

  it("removes all parts that concern a removed member", () => {
    const small = withoutMembers({ ...calm, faults: [crash, { ...crash, node: 3 }] }, 0, 2);
    expect(small.faults).toEqual([{ ...crash, node: 1 }]);
    expect(small.values.map(({ node }) => node)).toEqual([0, 1]);
  });

  it("keeps the names of the members that are left, in what is told of them", () => {
    const small = withoutMembers(withoutMembers({ ...calm, faults: [{ ...crash, node: 3 }] }, 1, 1), 0, 1);
    expect(memberIds(small)).toEqual(["n2", "n3"]);
    expect(small.faults.map((fault) => describeFault(small, fault))).toEqual([expect.stringMatching(/^n3 is killed /)]);
  });

  it("tells since when a value is missing, and which members have it", () => {
    const failing: Scenario = {
      ...calm,
      breakage: "no-repairs",
      preset: "eager",
      faults: [{ ...crash, node: 1, returns: true }],
    };
    const { violation } = simulate(failing);
    const { member, value } = violation?.missing ?? { member: -1, value: -1 };
    const [given, lacked, holders] = tellWhatIsMissing(failing, { member, value });
    expect(given).toMatch(
      new RegExp(`^${value} was given to n\\d at \\d+\\.\\d{3} s, and acknowledged at \\d+\\.\\d{3} s\\.$`),
    );
    expect(lacked).toMatch(new RegExp(`^n${member} (never had it|had it from .* has lacked it since)`));
    expect(holders).toMatch(/^These members have it: n\d \(since \d+\.\d{3} s\)/);
  });
});

describe("chance without logarithms", () => {
  it("draws exponentially distributed numbers of mean 1", () => {
    const random = new SeededRandom(1);
    const draws = Array.from({ length: 50_000 }, () => exponential(random));
    expect(draws.reduce((sum, draw) => sum + draw, 0) / draws.length).toBeCloseTo(1, 1);
    expect(draws.filter((draw) => draw > 2).length / draws.length).toBeCloseTo(0.135, 2);
  });
});

describe("the fault model's exemption", () => {
  it("holds permanently once no node has the value", () => {
    const carriers = new Carriers();
    carriers.add(1);
    carriers.add(1);
    carriers.remove(1);
    expect(carriers.isExempt(1)).toBe(false);
    carriers.remove(1);
    carriers.add(1);
    expect(carriers.isExempt(1)).toBe(true);
  });
});
