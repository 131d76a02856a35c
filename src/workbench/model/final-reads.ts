import type { CompleteEvent, InvokeEvent } from "./history.js";

/** The read of one node at the end of the workload. */
export interface FinalRead {
  readonly node: string;
  /** "missing" where no final read was even begun. */
  readonly state: "ok" | "failed" | "open" | "missing";
  /** Why it failed. */
  readonly error?: string;
  /** When it began and ended, in ms since the workload began; absent where it did not. */
  readonly from?: number;
  readonly to?: number;
}

/** Keeps what came of the final read of every node. */
export class FinalReads {
  private readonly reads = new Map<string, FinalRead>();

  constructor(private readonly nodeIds: readonly string[]) {}

  began({ node, time }: InvokeEvent): void {
    this.reads.set(node, { node, state: "open", from: time });
  }

  ended({ type, time, error }: CompleteEvent, { node, time: from }: InvokeEvent): void {
    const state = type === "ok" ? "ok" : "failed";
    this.reads.set(node, { node, state, from, to: time, ...(error === undefined ? {} : { error }) });
  }

  /** One for every node, in the nodes' order. */
  all(): FinalRead[] {
    return this.nodeIds.map((node) => this.reads.get(node) ?? { node, state: "missing" });
  }
}
