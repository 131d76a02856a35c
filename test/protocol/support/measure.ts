import { independentArrivals } from "../../../src/workbench/arithmetic/arrivals.js";
import { messagesPerRound } from "../../../src/workbench/arithmetic/messages-per-round.js";
import { balancedTree } from "../../../src/workbench/arithmetic/tree-shape.js";
import { quantile, startCluster } from "../../support/cluster.js";
import { isRoundMessage, periodOf } from "./rounds.js";

const LATENCY = 100;
export const presets = {
  frugal: { median: 1060, max: 1950, guard: 40, acknowledgementDelay: 6000 },
  /** Room for trees of height 2 and 3. */
  deep: { median: 1500, max: 2400, guard: 40, acknowledgementDelay: 6000 },
  default: { median: 435, max: 690, guard: 50, acknowledgementDelay: 6000 },
} as const;
/** The first rounds find their rhythm, and are not counted. In ms. */
const RUN_IN = 15_000;
const DURATION = 120_000;

export interface Setting {
  readonly size: number;
  readonly fanOut: number;
  readonly settings: { median: number; max: number; guard: number; acknowledgementDelay: number };
  readonly rate: number;
  readonly seeds: number;
  /** How long values come, in ms. */
  readonly duration?: number;
}

/** Messages a second under load: as counted in virtual time, and as the arithmetic expects them. */
export function measure({ size, fanOut, settings, rate, seeds, duration = DURATION }: Setting) {
  const tree = balancedTree(size, fanOut);
  let counted = 0;
  let expected = 0;
  let worst = 0;
  let period = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const cluster = startCluster({ size, settings: { ...settings, fanOut }, seed });
    cluster.run(1000);
    cluster.load(rate, duration);
    counted += cluster.sent.filter((message) => message.at >= RUN_IN && isRoundMessage(message)).length;
    period = periodOf(cluster);
    const { guard, acknowledgementDelay } = settings;
    const rounds = { period, roundTrip: 2 * LATENCY, guard, acknowledgementDelay };
    const { total } = messagesPerRound(tree, rounds, independentArrivals(rate, size));
    expected += (total * (cluster.clock.now() - RUN_IN)) / period;
    cluster.run(10_000);
    worst = Math.max(worst, quantile(cluster.latencies(), 1));
  }
  const promise = period + tree.height * (2 * LATENCY + settings.guard) + 30;
  return { ratio: counted / expected, worst, promise };
}
