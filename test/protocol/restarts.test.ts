import { describe, expect, it } from "vitest";
import type { Scenario } from "../../src/workbench/simulation/scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";

/** A root without a journal spreads a value, and is killed for 600 ms; the first member that it asks afterwards was cut off all the time. */
function cutOffWitness(preset: "default" | "frugal", killedAt: number): Scenario {
  return {
    seed: 1,
    preset,
    fanOut: 32,
    journal: false,
    latency: { kind: "constant", mean: 100 },
    clocks: [0, 1, 2, 3].map((index) => ({ origin: index * 1000, drift: 0 })),
    starts: [700, 500, 900, 400],
    values: [{ value: 0, at: 9700, node: 0 }],
    faults: [
      { kind: "partition", shape: "one", order: [1, 2, 0, 3], from: 8000, until: killedAt + 1200 },
      { kind: "crash", node: 0, from: killedAt, until: killedAt + 600, returns: true, survivors: 0, torn: false },
    ],
  };
}

describe.each(["default", "frugal"] as const)(
  "a root that has lived before and has no journal, with the preset %s",
  (preset) => {
    it("learns it from acknowledgements that come before its topology, and gets back what it had", () => {
      expect(simulate(cutOffWitness(preset, 15_250))).toMatchObject({
        violation: undefined,
        acknowledged: 1,
        exempt: 0,
      });
    });

    it("learns it from the member that it meets first, and gets back what it had though that one lacks it", () => {
      expect(simulate(cutOffWitness(preset, 25_000))).toMatchObject({
        violation: undefined,
        acknowledged: 1,
        exempt: 0,
      });
    });
  },
);
