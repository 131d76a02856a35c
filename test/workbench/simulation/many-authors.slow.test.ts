import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";

const MEMBERS = 200;
const PACE = 50;

it.each([
  // `default` and `eager` did not end within three minutes: each value is a message to each of the members.
  ["frugal", 2, 1],
] as const)(
  "keeps every promise for 200 authors with preset %s, 1,400 bytes a message, a tenth of them lost",
  (preset, each, ack) => {
    const { births, ...drawn } = drawScenario(1, { nodes: MEMBERS, preset, fanOut: 32, journal: false, faults: [] });
    const count = each * MEMBERS;
    const outcome = simulate({
      ...drawn,
      ack,
      maxMessageBytes: 1_400,
      latency: { kind: "constant", mean: 100 },
      starts: drawn.starts.map(() => 0),
      values: Array.from({ length: count }, (_, value) => ({ value, at: PACE * value, node: value % MEMBERS })),
      faults: [{ kind: "loss", permille: 100, extra: 0, from: 0, until: PACE * count + 5_000 }],
    });
    expect(outcome.violation).toBeUndefined();
    expect(outcome.acknowledged).toBeGreaterThan(0.9 * count);
    expect(outcome.summaries).toBeGreaterThan(100);
  },
);
