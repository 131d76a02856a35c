import type { FaultName } from "./faults/fault-settings.js";
import type { Lateness } from "./lateness.js";
import type { UnknownRequests } from "./services/unknown-requests.js";
import type { BenchSettings, Limits } from "./settings.js";
import type { Traffic } from "./traffic.js";
import type { Violation } from "./violation.js";

/** What a client asks of a node during the workload. */
export type OperationName = "broadcast" | "read";

/** What came of an operation: done; certainly not done; or nobody knows. */
export type Outcome = "ok" | "fail" | "info";

/** The first event: what was run. */
export interface StartEvent {
  readonly type: "start";
  /** Version of the history's format. */
  readonly version: 1;
  readonly settings: BenchSettings;
  readonly limits: Limits;
  /** Name of the challenge, when the run is one. */
  readonly challenge?: string;
}

/** A client begins an operation. */
export interface InvokeEvent {
  readonly type: "invoke";
  /** In ms since the workload began, like every time of the history. */
  readonly time: number;
  /** The client process; it has one operation at a time, and gets a new number when an operation's outcome is unknown. */
  readonly process: number;
  readonly node: string;
  readonly operation: OperationName;
  /** What is broadcast: the integers 0, 1, 2, … in order of invocation. */
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
  /** What a read that is ok showed, in the node's order. */
  readonly values?: readonly unknown[];
  /** Whether a read that is ok had `"messages": null`, which is an empty list to Maelstrom. */
  readonly nullList?: true;
  /** Number of the line that carried the reply, among those that its sender printed. */
  readonly line?: number;
  /** The node that printed the reply; absent if it was `node`. */
  readonly by?: string;
  /** Why the operation failed or is indeterminate. */
  readonly error?: string;
}

/** A fault begins or ends. */
export interface FaultEvent {
  readonly type: "fault";
  readonly time: number;
  readonly fault: FaultName;
  readonly action: "start" | "stop";
  /** In words: who is cut off from whom. */
  readonly detail: string;
}

/** A node broke a rule of the protocol, or ended. */
export interface ViolationEvent {
  readonly type: "violation";
  readonly violation: Violation;
}

/** The last event: what was measured beside the history. */
export interface EndEvent {
  readonly type: "end";
  readonly time: number;
  /** Why the run ended before its time; absent when it did not. */
  readonly cutShort?: string;
  readonly traffic: Traffic;
  readonly lateness: Lateness;
  readonly load?: LoadGaps;
  /** Replies to no request, by the operation that was under way; absent where there were none. */
  readonly strayReplies?: { readonly [Operation in OperationName]?: StrayReplies };
  /** Replies to reads that had been given up; absent where there were none. */
  readonly lateReads?: LateReads;
  /** Requests that services did not answer, since they do not know them; absent where there were none. */
  readonly unknownRequests?: readonly UnknownRequests[];
  /** Why the machine could not run the nodes; the run was cut short then, and no node is to blame. */
  readonly machineFault?: string;
}

/** How long operations that were due could not begin, within the time limit (ms). */
export interface LoadGaps {
  /** Every client was waiting for its node's answer. */
  readonly byNodes: number;
  /** The bench was late. */
  readonly byBench: number;
}

/** Replies that came too late. */
export interface LateReads {
  readonly count: number;
  /** How long the soonest of them took, in ms. */
  readonly soonest: number;
}

/** Replies whose `in_reply_to` is the id of no request of the client that got them. */
export interface StrayReplies {
  readonly count: number;
  /** The first few different values of `in_reply_to`, as JSON; "nothing" where it was missing. */
  readonly examples: readonly string[];
}

/** What happens during a run, in order; enough to judge it again. */
export type HistoryEvent = StartEvent | InvokeEvent | CompleteEvent | FaultEvent | ViolationEvent | EndEvent;
