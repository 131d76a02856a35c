import type { RunReport } from "./run-report.js";
import { spreadsOf, type Traced } from "./spread.js";

/**
 * Time of the last event that a page can draw, in ms: the end of the workload, or a later message. Only the rest before the
 * final reads follows, and an axis need not show it.
 */
export function activityEnd({ timeLimit, end, messages }: Pick<RunReport, "timeLimit" | "end" | "messages">): number {
  const last = messages.reduce((latest, { sentAt, endedAt = sentAt }) => Math.max(latest, endedAt), timeLimit);
  return Math.min(end, last);
}

/** Time when the workload had ended and the last value had reached its last node, in ms; later messages are background traffic. */
export function settledAt(report: Traced & Pick<RunReport, "timeLimit" | "end">): number {
  const arrivals = spreadsOf({ ...report, shown: [] }).map(({ learned }) => learned.at(-1)?.at ?? 0);
  return Math.min(
    report.end,
    arrivals.reduce((latest, at) => Math.max(latest, at), report.timeLimit),
  );
}
