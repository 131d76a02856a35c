/** Cancels a scheduled task. Does nothing if the task has run or was cancelled before. */
export type CancelTask = () => void;

/** The domain's only source of time. A fake of this port makes a whole cluster deterministic. */
export interface Clock {
  /** Milliseconds (with fractions) since an arbitrary origin; never goes backwards. Origins differ from node to node. */
  now(): number;

  /**
   * Runs `task` once, `delay` ms from now (0 or less: as soon as the current work is done). Tasks that are due at the
   * same time run in the order of their scheduling.
   */
  schedule(delay: number, task: () => void): CancelTask;
}
