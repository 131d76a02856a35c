import type { FaultEvent } from "../history.js";
import type { FaultName } from "./fault-settings.js";

/** A time during which a fault was active, in ms since the workload began. */
export interface FaultStretch {
  readonly fault: FaultName;
  readonly from: number;
  /** Undefined if the run ended first. */
  readonly to: number | undefined;
  readonly detail: string;
}

/** The stretches between the starts and stops of the faults, in the order in which they began. */
export function faultStretches(events: readonly FaultEvent[]): readonly FaultStretch[] {
  const stretches: (FaultStretch & { to: number | undefined })[] = [];
  const open = new Map<FaultName, (typeof stretches)[number]>();
  for (const { fault, time, action, detail } of events) {
    const current = open.get(fault);
    if (current !== undefined) {
      current.to = time;
      open.delete(fault);
    }
    if (action === "stop") continue;
    const stretch = { fault, from: time, to: undefined, detail };
    open.set(fault, stretch);
    stretches.push(stretch);
  }
  return stretches;
}
