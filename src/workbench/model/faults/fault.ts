import type { FaultName } from "./fault-settings.js";

/** A temporary fault of the cluster, started and stopped in turn. */
export interface Fault {
  /** Its name in `--nemesis` and in the history. */
  readonly name: FaultName;
  /** Duration each time, in ms; if absent, the schedule decides. */
  readonly duration?: number;
  /** Begins; returns a description of the fault. */
  start(): string;
  /** Ends what `start` began. Calls `whole` with a description once everything works again: at once, or later. */
  stop(whole: (detail: string) => void): void;
}
