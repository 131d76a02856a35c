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
  /** Reasons why the run did not pass. */
  readonly reasons: readonly string[];
}

/** Figures of one setting of the nodes over all its runs. */
export interface SweepPoint extends Cost {
  readonly series: SeriesName;
  readonly name: string;
  readonly node: Settings;
  /** The expected figures; null where the arithmetic does not apply. */
  readonly predicted: Prediction | null;
  /** Whether no other point is at least as good in every figure and better in one. */
  readonly optimal: boolean;
  readonly runs: readonly SweepRun[];
}

/** The part of a result that a sweep keeps. */
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

/** A setting with its runs. */
export interface MeasuredSetting {
  readonly setting: SweepSetting;
  readonly node: Settings;
  readonly runs: readonly SweepRun[];
}

/** Returns the points by maximum latency, with the optimal ones marked; points without a maximum come last. */
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

/** Mean messages and median over the runs, and the largest maximum. */
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
