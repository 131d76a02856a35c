import type { BenchResult } from "../model/result.js";
import type { BenchSettings } from "../model/settings.js";
import type { Figure } from "./data/run-report.js";

/** A figure of a bench, and by which name others tell theirs. */
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

/** The verdict in one sentence. */
export function conclusionOf({ verdict, reasons, challenge, settings }: BenchResult): string {
  const subject = challenge === undefined ? "the run" : `challenge ${challenge}`;
  const because = reasons.map((reason) => reason.text).join("; ");
  switch (verdict) {
    case "passed":
      return `PASSED: ${praise(subject, challenge, settings)}`;
    case "failed":
      return `FAILED: ${because}.`;
    case "disturbed":
      return `NOT JUDGED: ${because}. Run it again${reasons.some(isDisturbance) ? " on a quieter machine" : ""}.`;
  }
}

function praise(subject: string, challenge: string | undefined, { nodeIds }: BenchSettings): string {
  if (challenge !== undefined) return `${subject} is met.`;
  return nodeIds.length === 1
    ? "nothing was lost and no rule was broken."
    : "every value reached every node, and no rule was broken.";
}

function isDisturbance(reason: BenchResult["reasons"][number]): boolean {
  return reason.kind === "disturbed";
}
