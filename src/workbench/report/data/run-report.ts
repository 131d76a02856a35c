/** All times of a report are in ms since the workload began; nodes, types and causes are indexes of their lists. */

/** A message from node to node, or one copy of it if a fault duplicated it. */
export interface RecordedMessage {
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly sentAt: number;
  /** Time of delivery or drop; absent if it was still in flight at the end. */
  readonly endedAt?: number;
  /** Cause of the drop; absent if it was not dropped. */
  readonly lostBy?: number;
  /** The values that it carried. */
  readonly values: readonly number[];
  /** In Tidecast's own messages: the sender takes the receiver for its parent in the tree. */
  readonly up: boolean;
  /** Size of its line in bytes; 0 if there was none. */
  readonly bytes: number;
}

/** A read without a value that existed. */
export interface MissedRead {
  readonly node: number;
  /** Start of the read. */
  readonly at: number;
  /** Whether it is one of the reads at the end. */
  readonly final: boolean;
}

/** Fate of a value. */
export interface RecordedValue {
  readonly value: number;
  /** The node that a client gave it to. */
  readonly node: number;
  readonly invokedAt: number;
  /** Time when the node received it from the client; absent if that never happened. */
  readonly receivedAt?: number;
  /** Time when the client received the acknowledgement; absent if that never happened. */
  readonly acknowledgedAt?: number;
  /** "open": neither on every node nor certainly lost when the run ended. */
  readonly fate: "stable" | "lost" | "never-read" | "open";
  /** In ms, as in the figures of the run; absent if the value never became stable. */
  readonly latency?: number;
  /** The last reads without it after it was known to exist; several only if they began together. */
  readonly missedBy: readonly MissedRead[];
  /** The nodes that lacked it at the end although it was not lost; absent if there are none. */
  readonly missingOn?: readonly number[];
}

/** A node that showed a value although no known message had brought it there. */
export interface Shown {
  readonly value: number;
  readonly node: number;
  readonly at: number;
}

/** A time during which a fault was injected. */
export interface FaultSpan {
  /** Its name: "partition". */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** A description, such as the two sides of a partition. */
  readonly detail: string;
}

/** A figure of the run, with its limit. */
export interface Figure {
  readonly name: string;
  /** The displayed value; "–" if there is none. */
  readonly value: string;
  readonly unit: string;
  /** The displayed limit; absent if there is none. */
  readonly limit?: string;
  readonly kept: boolean;
}

/** The limits of the run; an absent one does not apply. */
export interface ReportLimits {
  readonly messagesPerOperation?: number;
  /** In ms. */
  readonly medianLatency?: number;
  /** In ms. */
  readonly maxLatency?: number;
}

/** The story of a lost or late value: a heading and sentences. */
export interface Story {
  readonly value: number;
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** How our own nodes send: in rounds or windows, for which values wait, or at once. */
export type SendingMode = "rounds" | "window" | "eager";

/** All data of the page of a run. */
export interface RunReport {
  readonly kind: "run";
  /** Title: "challenge 3e", "seed 42 of the simulation". */
  readonly title: string;
  readonly verdict: "passed" | "failed" | "disturbed";
  /** The verdict in one sentence. */
  readonly conclusion: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly figures: readonly Figure[];
  readonly limits: ReportLimits;
  /** How the nodes were set to send; absent for foreign nodes. */
  readonly mode?: SendingMode;
  /** Definition of the latencies, in a sentence. */
  readonly latencyMeaning: string;
  /** The nodes, followed by the services that they used. */
  readonly nodes: readonly string[];
  /** The services of the bench among `nodes`; absent if no node used any. */
  readonly services?: readonly string[];
  readonly types: readonly string[];
  /** Causes of lost messages: names of faults. */
  readonly causes: readonly string[];
  /** Number of operations begun; messages are divided by it. */
  readonly operations: number;
  /** End of the workload, and end of the run. */
  readonly timeLimit: number;
  readonly end: number;
  readonly faults: readonly FaultSpan[];
  readonly values: readonly RecordedValue[];
  readonly messages: readonly RecordedMessage[];
  readonly shown: readonly Shown[];
  /** Stories of the lost and late values; of the slowest one if there are none. */
  readonly stories: readonly Story[];
  /** Number of lost and late values without a story. */
  readonly untold: number;
  /** Number of messages after the recorded ones; absent if all are in `messages`. */
  readonly unrecorded?: number;
}
