import { CHALLENGES, type ChallengeName } from "../model/challenges.js";
import type { BenchResult } from "../model/result.js";
import type { BenchSettings } from "../model/settings.js";
import type { Figure } from "./data/run-report.js";

/** A figure of a bench, and its name in published results. */
export interface BenchFigure extends Figure {
  readonly compared?: "messagesPerOperation" | "medianLatency" | "maxLatency";
}

/** The figures of a run, as the terminal and the page show them. */
export function figuresOf(result: BenchResult): BenchFigure[] {
  const { limits, latencies, operations } = result;
  const measured = (name: string, value: number | undefined, digits: number, unit: string, limit?: number) => ({
    name,
    value: value?.toFixed(digits) ?? "–",
    unit,
    ...(limit !== undefined && { limit: `under ${limit}` }),
    kept: limit === undefined || (value !== undefined && value < limit),
  });
  const counted = (name: string, value: number, limit?: string) => ({
    name,
    value: String(value),
    unit: "",
    ...(limit !== undefined && { limit }),
    kept: limit === undefined || value === 0,
  });
  const perOperation = result.messagesPerOperation ?? undefined;
  return [
    {
      ...measured("messages per operation", perOperation, 2, "", limits.messagesPerOperation),
      compared: "messagesPerOperation",
    },
    { ...measured("median latency", latencies?.["0.5"], 0, "ms", limits.medianLatency), compared: "medianLatency" },
    measured("95th percentile", latencies?.["0.95"], 0, "ms"),
    measured("99th percentile", latencies?.["0.99"], 0, "ms"),
    { ...measured("maximum latency", latencies?.["1"], 0, "ms", limits.maxLatency), compared: "maxLatency" },
    counted("lost values", result.lostCount, "none"),
    ...(result.missingCount === 0 ? [] : [counted("missing at the end", result.missingCount, "none")]),
    counted("never-read values", result.neverReadCount),
    counted("failed operations", operations.failed),
    counted("indeterminate operations", operations.indeterminate),
    counted("rules broken", result.violationCount, "none"),
  ];
}

/** The verdict in words. */
export function conclusionOf(result: BenchResult): string {
  const { verdict, reasons } = result;
  const because = reasons.map((reason) => reason.text).join("; ");
  switch (verdict) {
    case "passed":
      return `PASSED: ${praise(result)}`;
    case "failed":
      return `FAILED: ${because}.${isStricter(result) ? " Maelstrom would pass this run." : ""}`;
    case "disturbed":
      return `NOT JUDGED: ${because}.${adviceOn(reasons)}`;
  }
}

function praise(result: BenchResult): string {
  const { challenge, settings, neverReadCount, stableCount } = result;
  const total = stableCount + neverReadCount;
  const isWhole = neverReadCount === 0;
  const where = settings.nodeIds.length === 1 ? "the node" : "every node";
  const rest =
    neverReadCount === 1 ? "was never acknowledged and never read" : "were never acknowledged and never read";
  const part = `${stableCount} of ${total} values reached ${where}, and ${neverReadCount} ${rest}`;
  if (challenge !== undefined)
    return `challenge ${challenge} is met${changesOf(challenge, settings)}.${isWhole ? "" : ` ${capital(part)}.`}`;
  if (!isWhole) return `${part}; no rule was broken.`;
  return settings.nodeIds.length === 1
    ? "nothing was lost and no rule was broken."
    : "every value reached every node, and no rule was broken.";
}

/** The settings of the challenge that were changed, since they decide how hard it is. */
function changesOf(challenge: string, settings: BenchSettings): string {
  const original = CHALLENGES[challenge as ChallengeName]?.settings;
  if (original === undefined) return "";
  const told = ({ nodeIds, rate, timeLimit, latency, latencyDistribution, faults }: BenchSettings) => [
    `${nodeIds.length} nodes`,
    `${rate} operations/s`,
    `${timeLimit / 1000} s`,
    `${latency} ms of ${latencyDistribution} latency`,
    faults.length === 0 ? "no faults" : `faults: ${faults.join(", ")}`,
  ];
  const asked = told(original);
  const changes = told(settings).flatMap((text, index) =>
    text === asked[index] ? [] : [`${text} instead of ${asked[index]}`],
  );
  return changes.length === 0 ? "" : `, though with ${changes.join(" and ")}`;
}

/** Whether Maelstrom would pass a run that failed for other reasons than limits, which Maelstrom does not have. */
function isStricter({ maelstrom, reasons }: BenchResult): boolean {
  return maelstrom === "valid" && reasons.some(({ kind }) => kind !== "over-limit" && kind !== "disturbed");
}

/** Advice for a run that was not judged; empty if another run cannot help, or the reason contains the advice. */
function adviceOn(reasons: BenchResult["reasons"]): string {
  const has = (wanted: string) => reasons.some(({ kind }) => kind === wanted);
  if (has("disturbed")) return " Run it again on a quieter machine.";
  return has("unknown") ? " Run it with a higher --rate or a longer --time-limit." : "";
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
