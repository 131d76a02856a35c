import type { PresetName } from "../../application/settings/presets.js";
import { resolveSettings, type Settings } from "../../application/settings/settings.js";
import { type Prediction, predict } from "../arithmetic/prediction.js";
import published from "../data/published-results.json";
import { CHALLENGES, type ChallengeName } from "../model/challenges.js";
import { type BestPublished, bestPublished } from "../model/published-results.js";
import type { BenchSettings } from "../model/settings.js";

/** A result to compare with: the rows of the table that it has figures for. */
interface ComparisonColumn {
  /** Title, on at most two lines. */
  readonly title: string;
  readonly messagesPerOperation: string;
  readonly medianLatency: string;
  readonly maxLatency: string;
}

/** Further columns of a challenge's table, and a line per column with its source. */
export interface Comparison {
  readonly columns: readonly ComparisonColumn[];
  readonly notes: readonly string[];
}

/** The challenges with published results, and the preset made for each. */
const PRESETS: Partial<Record<ChallengeName, PresetName>> = { "3d": "default", "3e": "frugal" };

/** Targets of the proposal for this cluster (docs/protocol.md). */
const PROPOSAL: ComparisonColumn = {
  title: "proposal\nexpects",
  messagesPerOperation: "10-15",
  medianLatency: "300-500 ms",
  maxLatency: "800-1500 ms",
};

/**
 * Returns the columns that a run of a challenge is compared with; `undefined` for challenges without published results and
 * for other clusters than the challenge's.
 * @param node the settings of the nodes; `undefined` for foreign nodes, which are compared with the preset made for the
 *   challenge
 */
export function comparisonFor(
  challenge: ChallengeName | undefined,
  settings: BenchSettings,
  node: Settings | undefined,
): Comparison | undefined {
  const preset = challenge === undefined ? undefined : PRESETS[challenge];
  if (challenge === undefined || preset === undefined) return undefined;
  if (!isSameCluster(settings, CHALLENGES[challenge].settings)) return undefined;
  const prediction = predict(node ?? resolveSettings({ preset }), settings);
  const best = bestPublished(published.results, CHALLENGES[challenge].limits);
  return {
    columns: [
      ...(prediction === undefined ? [] : [predictionColumn(prediction)]),
      PROPOSAL,
      ...(best === undefined ? [] : [publishedColumn(best)]),
    ],
    notes: [
      ...(prediction === undefined ? [] : [describePrediction(prediction, node === undefined ? preset : undefined)]),
      "proposal: the targets of the design that this project started from",
      ...(best === undefined ? [] : describePublished(best)),
    ],
  };
}

/** Whether a run has the same cluster and the same load as another one. */
export function isSameCluster(
  settings: BenchSettings,
  { nodeIds, rate, latency, latencyDistribution, faults }: BenchSettings,
) {
  return (
    settings.nodeIds.length === nodeIds.length &&
    settings.rate === rate &&
    settings.latency === latency &&
    settings.latencyDistribution === latencyDistribution &&
    settings.faults.length === faults.length
  );
}

function predictionColumn({ messagesPerOperation, benchLatencies }: Prediction): ComparisonColumn {
  return {
    title: "by\narithmetic",
    messagesPerOperation: messagesPerOperation.toFixed(2),
    medianLatency: `${benchLatencies.median.toFixed(0)} ms`,
    maxLatency: `${benchLatencies.max.toFixed(0)} ms`,
  };
}

function describePrediction({ period }: Prediction, preset: PresetName | undefined): string {
  const nodes = preset === undefined ? "" : `for tidecast's preset ${preset}: `;
  const way = period === null ? "every value is sent to all nodes at once" : `a round every ${period.toFixed(0)} ms`;
  return `arithmetic: ${nodes}${way}, no message lost or late; latencies as the bench measures them`;
}

function publishedColumn({ messagesPerOperation, median, max }: BestPublished): ComparisonColumn {
  return {
    title: "best\npublished",
    messagesPerOperation: messagesPerOperation.toFixed(2),
    medianLatency: `${median} ms`,
    maxLatency: `${max} ms`,
  };
}

function describePublished({ author, program, language, how, measured }: BestPublished): readonly string[] {
  const claim = measured ? ", measured by us with Maelstrom" : "";
  return [`best published: ${author} in ${language}${claim}`, `  ${program}: ${how}`];
}
