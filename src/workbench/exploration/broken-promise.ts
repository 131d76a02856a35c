import type { Invariant } from "../simulation/outcome.js";

/** A promise that a run has broken. */
export interface BrokenPromise {
  readonly invariant: Invariant;
  /** In words: the node, and the value. */
  readonly problem: string;
}
