import { expect, it } from "vitest";
import type { PresetName } from "../../src/application/settings/presets.js";
import type { WriteConcern } from "../../src/domain/write-concern/write-concern.js";
import { quantile } from "../support/cluster.js";
import { AssuredCluster } from "./support/assured-cluster.js";

/** Each until the rounds have found their rhythm, and then counted, in ms. */
const RUN_IN = 10_000;
const DURATION = 60_000;
/** Broadcasts a second: half of challenge 3e's operations. */
const RATE = 50;

/** 25 nodes at 100 ms: messages for each broadcast, and how long its acknowledgement takes, in ms. */
function costOf(preset: PresetName, nodes: WriteConcern["nodes"]) {
  const cluster = new AssuredCluster({ preset, size: 25 });
  cluster.randomLoad(RATE, RUN_IN, nodes, "before ");
  const before = cluster.sent.length;
  cluster.answers.length = 0;
  const count = cluster.randomLoad(RATE, DURATION, nodes, "counted ");
  const messages = (cluster.sent.length - before) / count;
  cluster.run(4000);
  const times = cluster.answers.map(({ after }) => after).sort((a, b) => a - b);
  const failures = cluster.answers.filter(({ shortfall }) => shortfall !== undefined).length;
  return { messages, median: quantile(times, 0.5), longest: quantile(times, 1), failures };
}

// The figures of docs/protocol.md, section 12; SHOW_FIGURES=1 prints what is measured.
it.each<[PresetName, WriteConcern["nodes"], { messages: number; longest: number }]>([
  ["default", 1, { messages: 1.85, longest: 0 }],
  ["default", 2, { messages: 1.85, longest: 900 }],
  ["default", 3, { messages: 1.9, longest: 1200 }],
  ["default", "all", { messages: 2.3, longest: 1200 }],
  ["frugal", 1, { messages: 0.6, longest: 0 }],
  ["frugal", 2, { messages: 0.65, longest: 2050 }],
  ["frugal", 3, { messages: 0.95, longest: 2300 }],
  ["frugal", "all", { messages: 1.25, longest: 2300 }],
  ["eager", 1, { messages: 24.1, longest: 0 }],
  ["eager", 2, { messages: 25.1, longest: 250 }],
  ["eager", 3, { messages: 26.1, longest: 250 }],
  ["eager", "all", { messages: 31, longest: 800 }],
])("with preset %s an acknowledgement by %s costs %j at most", (preset, nodes, most) => {
  const cost = costOf(preset, nodes);
  const { messages, median, longest, failures } = cost;
  if (process.env.SHOW_FIGURES) console.log(preset, nodes, messages.toFixed(2), median.toFixed(0), longest.toFixed(0));
  expect(failures).toBe(0);
  expect(messages).toBeLessThanOrEqual(most.messages);
  expect(longest).toBeLessThanOrEqual(most.longest);
});
