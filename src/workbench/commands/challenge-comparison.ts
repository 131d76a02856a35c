import type { PresetName } from "../../application/settings/presets.js";
import { resolveSettings, type Settings } from "../../application/settings/settings.js";
import { type Prediction, predict } from "../arithmetic/prediction.js";
import published from "../data/published-results.json";
import { CHALLENGES, type ChallengeName } from "../model/challenges.js";
import { type BestPublished, bestPublished } from "../model/published-results.js";
import type { BenchSettings } from "../model/settings.js";

/** What a result is compared with; the rows of the table that have something to compare. */
interface ComparisonColumn {
  /** Title, of two lines at most. */
  readonly title: string;
  readonly messagesPerOperation: string;
  readonly medianLatency: string;
  readonly maxLatency: string;
}

/** Further columns of a challenge's table, and a line for each that says where it comes from. */
export interface Comparison {
  readonly columns: readonly ComparisonColumn[];
  readonly notes: readonly string[];
}

/** The challenges that others have published results of, and the preset made for each. */
const PRESETS: Partial<Record<ChallengeName, PresetName>> = { "3d": "default", "3e": "frugal" };

/** What the proposal expected of itself on this cluster (docs/protocol.md, section 7). */
const PROPOSAL: ComparisonColumn = {
  title: "proposal\nexpects",
  messagesPerOperation: "10-15",
  medianLatency: "300-500 ms",
  maxLatency: "800-1500 ms",
};

/**
 * What a run of a challenge is compared with; undefined for challenges without published results, and for clusters other
 * than the challenge's.
 * @param node the settings of the nodes; undefined if they are somebody else's, for which the preset made for the
 *   challenge stands
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
      "proposal: what the design that this project began with expected of itself",
      ...(best === undefined ? [] : describePublished(best)),
    ],
  };
}

/** Whether a run is on the same cluster, under the same load, as another one. */
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
  const way = period === null ? "every value at once to all" : `a round every ${period.toFixed(0)} ms`;
  return `arithmetic: ${nodes}${way}, nothing lost or late; latencies as the bench reads them`;
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
  const claim = measured ? ", measured again with Maelstrom" : "";
  return [`best published: ${author} in ${language}${claim}`, `  ${program}: ${how}`];
}
