import type { PresetName, presets } from "../../src/application/settings/presets.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { leastHeight } from "../../src/domain/tree/tree-builder.js";
import { type Prediction, predict } from "../../src/workbench/arithmetic/prediction.js";
import { numberedNodes } from "../../src/workbench/model/settings.js";

/** The load and the network of docs/scale.md: operations per second, and one hop in ms. */
const CONDITIONS = { rate: 100, latency: 100 } as const;

/** What the arithmetic expects of a cluster, without a run. */
export interface OnPaper {
  readonly members: number;
  readonly height: number;
  /** Time from one round to the next in ms; null if values are sent at once. */
  readonly period: number | null;
  readonly messagesPerOperation: number;
  /** In ms. */
  readonly median: number;
  readonly max: number;
  /** Most messages per second that a node sends and receives: one in each direction per round with each neighbour in the tree. */
  readonly busiest: number;
}

/** @throws {Error} for a preset that the arithmetic does not know */
export function onPaper(preset: keyof typeof presets, members: number): OnPaper {
  const node = resolveSettings({ preset });
  const cluster = { nodeIds: numberedNodes(members), latencyDistribution: "constant", ...CONDITIONS } as const;
  const expected = predict(node, cluster);
  if (expected === undefined) throw new Error(`the arithmetic does not cover ${preset}`);
  const { height, period, messagesPerOperation, latencies } = expected;
  return { members, height, period, messagesPerOperation, ...latencies, busiest: busiestOf(members, expected, node) };
}

function busiestOf(members: number, { period, height }: Prediction, { fanOut }: { fanOut: number }): number {
  // At once: a node gets every value, and sends each of its own to every other member.
  if (period === null) return (CONDITIONS.rate / 2) * (2 - 2 / members);
  let children = 1;
  while (children < fanOut && leastHeight(members, children) > height) children++;
  const neighbours = height === 1 ? members - 1 : children + 1;
  return (2 * neighbours * 1000) / period;
}

/** The largest cluster in which the preset still sends in rounds, or undefined if there is no limit up to `most`. */
export function lastInRounds(preset: PresetName, most: number): number | undefined {
  const isInRounds = (members: number) => onPaper(preset, members).period !== null;
  if (isInRounds(most)) return undefined;
  let [inRounds, atOnce] = [2, most];
  while (atOnce - inRounds > 1) {
    const middle = Math.floor((inRounds + atOnce) / 2);
    if (isInRounds(middle)) inRounds = middle;
    else atOnce = middle;
  }
  return inRounds;
}
