import type { FaultName } from "./fault-settings.js";

/** Something that can go wrong with the cluster, for a while. A fault is started and stopped in turn. */
export interface Fault {
  /** Its name in `--nemesis` and in the history. */
  readonly name: FaultName;
  /** How long it lasts each time, in ms; if absent, as long as the schedule lets it. */
  readonly duration?: number;
  /** Begins; returns in words what is now wrong. */
  start(): string;
  /** Ends what `start` began. `whole` is called once everything is right again, with that in words: at once, or later. */
  stop(whole: (detail: string) => void): void;
}
