import type { FaultEvent } from "../model/history.js";
import type { FaultSpan } from "./data/run-report.js";

/** The spans between the starts and stops of the faults; one that never stopped ends with the run. */
export function faultSpansOf(events: readonly FaultEvent[], end: number): readonly FaultSpan[] {
  const open = new Map<string, FaultEvent>();
  const spans: FaultSpan[] = [];
  const close = (started: FaultEvent, to: number) => {
    open.delete(started.fault);
    spans.push({ kind: started.fault, from: started.time, to, detail: started.detail });
  };
  for (const event of events) {
    const started = open.get(event.fault);
    if (started !== undefined) close(started, event.time);
    if (event.action === "start") open.set(event.fault, event);
  }
  for (const started of open.values()) close(started, end);
  return spans.sort((one, other) => one.from - other.from);
}
