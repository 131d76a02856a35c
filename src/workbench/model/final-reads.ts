import type { CompleteEvent, InvokeEvent } from "./history.js";

/** The read of one node at the end of the workload. */
export interface FinalRead {
  readonly node: string;
  /** "missing" if the final read was never started. */
  readonly state: "ok" | "failed" | "open" | "missing";
  /** Reason of the failure. */
  readonly error?: string;
  /** Start and end in ms since the workload began; absent if the read did not start or end. */
  readonly from?: number;
  readonly to?: number;
}

/** Keeps the outcome of every node's final read. */
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

  /** One entry per node, in the nodes' order. */
  all(): FinalRead[] {
    return this.nodeIds.map((node) => this.reads.get(node) ?? { node, state: "missing" });
  }
}
