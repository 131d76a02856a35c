/** Something that can go wrong with the cluster, for a while. A fault is started and stopped in turn. */
export interface Fault {
  /** Its name in `--nemesis` and in the history. */
  readonly name: string;
  /** Begins; returns in words what is now wrong. */
  start(): string;
  /** Ends; harmless when nothing is wrong. Returns in words what is right again. */
  stop(): string;
}
