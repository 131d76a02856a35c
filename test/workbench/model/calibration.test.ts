import { describe, expect, it } from "vitest";
import type { BenchSettings } from "../../../src/workbench/model/settings.js";
import { type Behaviour, flood, star } from "../../fixtures/nodes/behaviours.js";
import { CALIBRATION_SETTINGS, runVirtually } from "../support/virtual-bench.js";

/** Reference figures measured with Maelstrom itself; tolerance in ms for median, 95th and 99th percentile and maximum. */
const references: {
  name: string;
  behaviour: Behaviour;
  settings: Partial<BenchSettings>;
  perBroadcast: number;
  latencies: [number, number, number, number];
  tolerances: [number, number, number, number];
}[] = [
  {
    name: "flood on a grid",
    behaviour: flood,
    settings: {},
    perBroadcast: 56,
    latencies: [453, 679, 751, 792],
    tolerances: [12, 20, 30, 30],
  },
  {
    name: "flood on a tree of four branches",
    behaviour: flood,
    settings: { topology: "tree4" },
    perBroadcast: 24,
    latencies: [356, 488, 506, 515],
    tolerances: [10, 10, 15, 20],
  },
  {
    name: "flood on a grid, exponential latency",
    behaviour: flood,
    settings: { latencyDistribution: "exponential" },
    perBroadcast: 56,
    latencies: [230, 446, 549, 770],
    tolerances: [15, 30, 60, 120],
  },
  {
    name: "star",
    behaviour: star,
    settings: {},
    perBroadcast: 24,
    latencies: [171, 194, 197, 203],
    tolerances: [10, 10, 10, 10],
  },
];

describe("the network model reproduces what Maelstrom measures", () => {
  it.each(references)("$name", ({ behaviour, settings, perBroadcast, latencies, tolerances }) => {
    const result = runVirtually({ settings: { ...CALIBRATION_SETTINGS, ...settings }, behaviour });
    expect(result.verdict).toBe("passed");
    expect(result.messagesPerBroadcast).toBeCloseTo(perBroadcast, 6);
    const measured = result.latencies;
    if (process.env.SHOW) console.log(result.messagesPerOperation, measured, result.operations);
    const quantiles = (["0.5", "0.95", "0.99", "1"] as const).map((key) => measured?.[key] ?? Number.NaN);
    for (const [index, expected] of latencies.entries()) {
      expect(Math.abs((quantiles[index] as number) - expected)).toBeLessThanOrEqual(tolerances[index] as number);
    }
  });
});
