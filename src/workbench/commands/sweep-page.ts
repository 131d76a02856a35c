import { predict } from "../arithmetic/prediction.js";
import published from "../data/published-results.json";
import { CHALLENGES } from "../model/challenges.js";
import type { PublishedResult } from "../model/published-results.js";
import { geometricRange } from "../model/sweep.js";
import type { ExpectedCost, FrontierLimit, FrontierPoint, FrontierReport } from "../report/data/frontier.js";
import { isSameCluster } from "./challenge-comparison.js";
import { nodeSettings } from "./node-settings.js";
import type { SweepPoint } from "./sweep-point.js";
import { conditionsOf, type SweepConditions } from "./sweep-table.js";

/** Challenges with published results. */
const LIMITED = ["3d", "3e"] as const;
/** Points of the arithmetic's curve, and the share of the smallest budget at which the curve begins. */
const CURVE = { points: 80, least: 250, most: 4000 };

/**
 * The page of a sweep: its points and the expected figures. For the cluster of challenges 3d and 3e it also has their limits
 * and the published results.
 * @param nodeArgs the arguments of every node
 */
export function frontierOf(
  points: readonly SweepPoint[],
  conditions: SweepConditions,
  nodeArgs: readonly string[],
): FrontierReport {
  const isTheChallenges = isSameCluster(conditions.settings, CHALLENGES["3e"].settings);
  return {
    kind: "frontier",
    title: "messages against latency",
    conditions: conditionsOf(conditions),
    points: [...points.flatMap(measuredPoint), ...(isTheChallenges ? published.results.map(publishedPoint) : [])],
    expected: expectedCurve(points, conditions, nodeArgs),
    limits: isTheChallenges ? LIMITED.map(limitOf) : [],
    missing: points.flatMap(({ series, name, latencies, lost }) => {
      if (latencies === null) return [`${series}, ${name}: no value became stable`];
      return lost === 0 ? [] : [`${series}, ${name}: ${lost} ${lost === 1 ? "value was" : "values were"} lost`];
    }),
  };
}

function measuredPoint({ series, name, node, latencies, lost, messagesPerOperation, optimal, ...rest }: SweepPoint) {
  if (latencies === null || lost > 0) return [];
  const { predicted, runs } = rest;
  const details = [
    node.mode === "rounds"
      ? `--median ${node.median} --max ${node.max} --guard ${node.guard}`
      : `--preset ${node.preset}`,
    ...(predicted?.period ? [`a round every ${predicted.period.toFixed(0)} ms`] : []),
    ...(series === "rounds" && predicted?.sending === "at once"
      ? ["no room for rounds: every value is sent to all nodes at once"]
      : []),
    ...(predicted === null
      ? []
      : [
          `by arithmetic ${predicted.messagesPerOperation.toFixed(2)} messages, ` +
            `${predicted.benchLatencies.median.toFixed(0)} and ${predicted.benchLatencies.max.toFixed(0)} ms`,
        ]),
    runs.length === 1 ? "one run" : `${runs.length} runs`,
  ];
  const point: FrontierPoint = {
    series,
    name: `${series}, ${name}`,
    details,
    messagesPerOperation,
    ...latencies,
    optimal,
  };
  return [point];
}

function publishedPoint({ who, challenge, language, how, source, measured, ...rest }: PublishedResult): FrontierPoint {
  const { messagesPerOperation, median, max } = rest;
  return {
    series: "published",
    name: `${who}, for ${challenge}`,
    details: [how, `${language}; ${source}`, measured ? "measured with Maelstrom" : "the author's own claim"],
    messagesPerOperation,
    median,
    max,
    optimal: false,
  };
}

/** The expected cost of rounds over the range of the sweep, without the budgets that have no room for rounds. */
function expectedCurve(
  points: readonly SweepPoint[],
  { settings }: SweepConditions,
  nodeArgs: readonly string[],
): readonly ExpectedCost[] {
  const budgets = points.filter(({ series }) => series === "rounds").map(({ node }) => node.max);
  const [least, most] = [Math.min(CURVE.least, ...budgets), Math.max(CURVE.most, ...budgets)];
  return geometricRange(least, most, CURVE.points).flatMap((budget) => {
    const node = nodeSettings([...nodeArgs, "--preset", "default", "--max", String(budget)]);
    const expected = predict(node, settings);
    if (expected?.sending !== "rounds") return [];
    return [{ budget, messagesPerOperation: expected.messagesPerOperation, ...expected.benchLatencies }];
  });
}

function limitOf(name: (typeof LIMITED)[number]): FrontierLimit {
  const { messagesPerOperation = 0, medianLatency = 0, maxLatency = 0 } = CHALLENGES[name].limits;
  return { name: `challenge ${name}`, messagesPerOperation, median: medianLatency, max: maxLatency };
}
