/** All times of a report are in ms since the workload began; nodes, types and causes are numbers: indexes of their lists. */

/** A message from node to node, or one copy of it if a fault doubled it. */
export interface RecordedMessage {
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly sentAt: number;
  /** When it was handed to its receiver, or dropped; absent if it was still under way at the end. */
  readonly endedAt?: number;
  /** Why it was dropped; absent if it was not. */
  readonly lostBy?: number;
  /** The values that it carried. */
  readonly values: readonly number[];
  /** Tidecast's own: the sender takes the receiver for its parent in the tree. */
  readonly up: boolean;
  /** Size of its line in bytes; 0 if there was none. */
  readonly bytes: number;
}

/** A read that did not show a value that was there. */
export interface MissedRead {
  readonly node: number;
  /** When the read began. */
  readonly at: number;
  /** One of the reads at the end. */
  readonly final: boolean;
}

/** What became of a value. */
export interface RecordedValue {
  readonly value: number;
  /** The node that it was given to. */
  readonly node: number;
  readonly invokedAt: number;
  /** When the node was handed it; absent if that never happened. */
  readonly receivedAt?: number;
  /** When the client was told that it is accepted; absent if it never was. */
  readonly acknowledgedAt?: number;
  /** "open": neither everywhere nor to be called lost when the run ended. */
  readonly fate: "stable" | "lost" | "never-read" | "open";
  /** In ms, as the figures of the run count it; absent if the value never became stable. */
  readonly latency?: number;
  /** The last reads that missed it after it was known to exist; several only if they began together. */
  readonly missedBy: readonly MissedRead[];
  /** The nodes that lacked it at the end although it was not lost; absent if there are none. */
  readonly missingOn?: readonly number[];
}

/** A node that showed a value although no message that we understand had brought it there. */
export interface Shown {
  readonly value: number;
  readonly node: number;
  readonly at: number;
}

/** A time during which something was broken on purpose. */
export interface FaultSpan {
  /** Its name: "partition". */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  /** In words: who is cut off from whom. */
  readonly detail: string;
}

/** A figure of the run, with what it must stay below. */
export interface Figure {
  readonly name: string;
  /** As it is shown; "–" if there is none. */
  readonly value: string;
  readonly unit: string;
  /** As it is shown; absent if there is no limit. */
  readonly limit?: string;
  readonly kept: boolean;
}

/** What the run was to stay below; what is absent is not limited. */
export interface ReportLimits {
  readonly messagesPerOperation?: number;
  /** In ms. */
  readonly medianLatency?: number;
  /** In ms. */
  readonly maxLatency?: number;
}

/** How one value was lost, or late: a heading and sentences. */
export interface Story {
  readonly value: number;
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** How our own nodes send: in rounds or windows, for which values wait, or at once. */
export type SendingMode = "rounds" | "window" | "eager";

/** Everything that the page of a run shows. */
export interface RunReport {
  readonly kind: "run";
  /** What was run: "challenge 3e", "seed 42 of the simulation". */
  readonly title: string;
  readonly verdict: "passed" | "failed" | "disturbed";
  /** The verdict in one sentence. */
  readonly conclusion: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly figures: readonly Figure[];
  readonly limits: ReportLimits;
  /** How the nodes were set to send; absent for nodes that are not ours. */
  readonly mode?: SendingMode;
  /** What its latencies are, in a sentence. */
  readonly latencyMeaning: string;
  /** The nodes, and behind them the services that they asked. */
  readonly nodes: readonly string[];
  /** Those of `nodes` that are services of the bench; absent if no node asked any. */
  readonly services?: readonly string[];
  readonly types: readonly string[];
  /** What took messages: names of faults. */
  readonly causes: readonly string[];
  /** Operations begun, by which messages are divided. */
  readonly operations: number;
  /** When the workload was over, and when the run was. */
  readonly timeLimit: number;
  readonly end: number;
  readonly faults: readonly FaultSpan[];
  readonly values: readonly RecordedValue[];
  readonly messages: readonly RecordedMessage[];
  readonly shown: readonly Shown[];
  /** Of the lost and the late values; of the slowest one if there are none. */
  readonly stories: readonly Story[];
  /** Lost and late values of which no story is told, since there are so many. */
  readonly untold: number;
  /** Messages that are not in `messages`, since there were too many: it has the first ones. Absent if it has all. */
  readonly unrecorded?: number;
}
