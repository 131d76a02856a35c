import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";

const MEMBERS = 200;
const VALUES = 2 * MEMBERS;
const PACE = 50;

// `default` and `eager` did not end within three minutes: each value is a message to each of the members.
it("keeps every promise for 200 authors with preset frugal, 1,400 bytes a message, a tenth of them lost", () => {
  const settings = { nodes: MEMBERS, preset: "frugal", fanOut: 32, journal: false, faults: [] } as const;
  const { births, ...drawn } = drawScenario(1, settings);
  const outcome = simulate({
    ...drawn,
    ack: 1,
    maxMessageBytes: 1_400,
    latency: { kind: "constant", mean: 100 },
    starts: drawn.starts.map(() => 0),
    values: Array.from({ length: VALUES }, (_, value) => ({ value, at: PACE * value, node: value % MEMBERS })),
    faults: [{ kind: "loss", permille: 100, extra: 0, from: 0, until: PACE * VALUES + 5_000 }],
  });
  expect(outcome.violation).toBeUndefined();
  expect(outcome.acknowledged).toBeGreaterThan(0.9 * VALUES);
  expect(outcome.summaries).toBeGreaterThan(100);
});
