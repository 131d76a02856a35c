import type { RunReport } from "./run-report.js";
import { spreadsOf, type Traced } from "./spread.js";

/**
 * When the last thing happened that a page can draw, in ms: the workload ended, or a message after it. Nothing follows but
 * the rest before the final reads, which an axis need not show.
 */
export function activityEnd({ timeLimit, end, messages }: Pick<RunReport, "timeLimit" | "end" | "messages">): number {
  const last = messages.reduce((latest, { sentAt, endedAt = sentAt }) => Math.max(latest, endedAt), timeLimit);
  return Math.min(end, last);
}

/** When the workload had ended and the last value had reached its last node, in ms; what comes later is idle talk. */
export function settledAt(report: Traced & Pick<RunReport, "timeLimit" | "end">): number {
  const arrivals = spreadsOf({ ...report, shown: [] }).map(({ learned }) => learned.at(-1)?.at ?? 0);
  return Math.min(
    report.end,
    arrivals.reduce((latest, at) => Math.max(latest, at), report.timeLimit),
  );
}
