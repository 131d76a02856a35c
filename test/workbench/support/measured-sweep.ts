import { nodeSettings } from "../../../src/workbench/commands/node-settings.js";
import { benchSettingsOf, settingsToSweep } from "../../../src/workbench/commands/sweep-options.js";
import { frontierOf } from "../../../src/workbench/commands/sweep-page.js";
import { pointsOf, type SweepRun } from "../../../src/workbench/commands/sweep-point.js";
import type { FrontierReport } from "../../../src/workbench/report/data/frontier.js";

/** Messages per operation, median and maximum of a setting, and its lost values. */
export type Figures = readonly [messages: number, median: number, max: number, lost?: number];

/** The page of a sweep of the challenges' cluster of which the figures are known; each setting has one run. */
export function sweepOf(maxima: readonly number[], figures: readonly Figures[], nodeCount = 25): FrontierReport {
  const options = {
    ...{ max: maxima, points: 1, seeds: 1, seed: 1, nodeCount, rate: 100, latency: 100, timeLimit: 20 },
    latencyDist: "constant" as const,
  };
  const settings = benchSettingsOf(options);
  const measured = settingsToSweep(options, []).map((setting, index) => {
    const run = runOf(figures[index] as Figures);
    return { setting, node: nodeSettings(setting.args), runs: [run] };
  });
  return frontierOf(pointsOf(measured, settings), { settings, seeds: 1, processes: false }, []);
}

function runOf([messagesPerOperation, median, max, lost = 0]: Figures): SweepRun {
  const latencies = { "0": 0, "0.5": median, "0.95": max, "0.99": max, "1": max };
  return { seed: 1, messagesPerOperation, latencies, lost, verdict: "passed", reasons: [] };
}
