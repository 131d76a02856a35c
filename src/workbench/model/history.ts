import type { FaultName } from "./faults/fault-settings.js";
import type { Lateness } from "./lateness.js";
import type { UnknownRequests } from "./services/unknown-requests.js";
import type { BenchSettings, Limits } from "./settings.js";
import type { Traffic } from "./traffic.js";
import type { Violation } from "./violation.js";

/** A client's operation during the workload. */
export type OperationName = "broadcast" | "read";

/** The outcome of an operation: executed; certainly not executed; or unknown. */
export type Outcome = "ok" | "fail" | "info";

/** The first event: the settings of the run. */
export interface StartEvent {
  readonly type: "start";
  /** Version of the history's format. */
  readonly version: 1;
  readonly settings: BenchSettings;
  readonly limits: Limits;
  /** Name of the challenge, if the run is one. */
  readonly challenge?: string;
}

/** A client begins an operation. */
export interface InvokeEvent {
  readonly type: "invoke";
  /** In ms since the workload began, like every time of the history. */
  readonly time: number;
  /** The client process; it has one operation at a time, and gets a new number when the outcome of an operation is unknown. */
  readonly process: number;
  readonly node: string;
  readonly operation: OperationName;
  /** The value broadcast: the integers 0, 1, 2, … in order of invocation. */
  readonly value?: number;
  /** Whether it is one of the reads at the end. */
  readonly final?: true;
}

/** An operation ends. */
export interface CompleteEvent {
  readonly type: Outcome;
  readonly time: number;
  readonly process: number;
  readonly node: string;
  readonly operation: OperationName;
  /** The values that a successful read showed, in the node's order. */
  readonly values?: readonly unknown[];
  /** Whether a successful read had `"messages": null`, which Maelstrom takes for an empty list. */
  readonly nullList?: true;
  /** Line number of the reply among the lines that its sender printed. */
  readonly line?: number;
  /** The node that printed the reply; absent if it was `node`. */
  readonly by?: string;
  /** Reason why the operation failed or is indeterminate. */
  readonly error?: string;
}

/** A fault begins or ends. */
export interface FaultEvent {
  readonly type: "fault";
  readonly time: number;
  readonly fault: FaultName;
  readonly action: "start" | "stop";
  /** A description, such as the two sides of a partition. */
  readonly detail: string;
}

/** A node broke a rule of the protocol, or exited. */
export interface ViolationEvent {
  readonly type: "violation";
  readonly violation: Violation;
}

/** The last event: the measurements beside the history. */
export interface EndEvent {
  readonly type: "end";
  readonly time: number;
  /** Reason why the run ended early; absent if it did not. */
  readonly cutShort?: string;
  readonly traffic: Traffic;
  readonly lateness: Lateness;
  readonly load?: LoadGaps;
  /** Replies to no request, by the operation in progress; absent if there were none. */
  readonly strayReplies?: { readonly [Operation in OperationName]?: StrayReplies };
  /** Replies to reads that had timed out; absent if there were none. */
  readonly lateReads?: LateReads;
  /** Requests that services did not answer because they do not know them; absent if there were none. */
  readonly unknownRequests?: readonly UnknownRequests[];
  /** Reason why the machine could not run the nodes; the run was then cut short, and no node is to blame. */
  readonly machineFault?: string;
}

/** Time during which operations that were due could not begin, within the time limit (ms). */
export interface LoadGaps {
  /** Every client was waiting for its node's answer. */
  readonly byNodes: number;
  /** The bench was late. */
  readonly byBench: number;
}

/** Replies that came too late. */
export interface LateReads {
  readonly count: number;
  /** Time of the earliest of them after its request, in ms. */
  readonly soonest: number;
}

/** Replies whose `in_reply_to` is not the id of any request of the receiving client. */
export interface StrayReplies {
  readonly count: number;
  /** The first few different values of `in_reply_to`, as JSON; "nothing" if it was missing. */
  readonly examples: readonly string[];
}

/** The events of a run, in order; enough to judge it again. */
export type HistoryEvent = StartEvent | InvokeEvent | CompleteEvent | FaultEvent | ViolationEvent | EndEvent;
