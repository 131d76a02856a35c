import type { Settings } from "../../application/settings/settings.js";
import { type Prediction, predict } from "../arithmetic/prediction.js";
import type { BenchResult } from "../model/result.js";
import type { BenchSettings } from "../model/settings.js";
import { type Cost, optimalAmong, type SeriesName } from "../model/sweep.js";
import type { Judgement } from "../model/verdict.js";
import type { SweepSetting } from "./sweep-options.js";

/** One run of a point. */
export interface SweepRun {
  readonly seed: number;
  readonly messagesPerOperation: number | null;
  readonly latencies: BenchResult["latencies"];
  readonly lost: number;
  readonly verdict: Judgement;
  /** Why it was not passed. */
  readonly reasons: readonly string[];
}

/** What was measured of one setting of the nodes, over all its runs. */
export interface SweepPoint extends Cost {
  readonly series: SeriesName;
  readonly name: string;
  readonly node: Settings;
  /** What the arithmetic expects; null where it has nothing to say. */
  readonly predicted: Prediction | null;
  /** Whether no other point is as good in everything and better in something. */
  readonly optimal: boolean;
  readonly runs: readonly SweepRun[];
}

/** What of a result a sweep keeps. */
export function runOf(result: BenchResult): SweepRun {
  const { settings, messagesPerOperation, latencies, lostCount, verdict, reasons } = result;
  return {
    seed: settings.seed,
    messagesPerOperation,
    latencies,
    lost: lostCount,
    verdict,
    reasons: reasons.map(({ text }) => text),
  };
}

/** A setting that has been measured. */
export interface MeasuredSetting {
  readonly setting: SweepSetting;
  readonly node: Settings;
  readonly runs: readonly SweepRun[];
}

/** The points, with the optimal ones marked, by their maximum latency; those without one at the end. */
export function pointsOf(measured: readonly MeasuredSetting[], settings: BenchSettings): readonly SweepPoint[] {
  const costs = measured.map(({ runs }) => costOf(runs));
  const optimal = optimalAmong(costs);
  const points = measured.map(({ setting: { series, name }, node, runs }, index): SweepPoint => {
    const predicted = predict(node, settings) ?? null;
    return { series, name, node, ...(costs[index] as Cost), predicted, optimal: optimal[index] as boolean, runs };
  });
  const maximum = ({ latencies }: SweepPoint) => latencies?.max ?? Number.MAX_VALUE;
  return points.sort((a, b) => maximum(a) - maximum(b));
}

/** Messages and median on average over the runs; the largest maximum. */
function costOf(runs: readonly SweepRun[]): Cost {
  const latencies = runs.flatMap((run) => (run.latencies === null ? [] : [run.latencies]));
  return {
    messagesPerOperation: mean(runs.map((run) => run.messagesPerOperation ?? 0)),
    latencies:
      latencies.length < runs.length
        ? null
        : {
            median: mean(latencies.map((quantiles) => quantiles["0.5"])),
            max: Math.max(...latencies.map((quantiles) => quantiles["1"])),
          },
    lost: runs.reduce((sum, { lost }) => sum + lost, 0),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
