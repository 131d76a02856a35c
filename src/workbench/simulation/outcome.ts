/** The invariants, checked all the time or at the end. */
export type Invariant =
  | "crashed"
  | "shrunk-read"
  | "vanished"
  | "invented"
  | "duplicate"
  | "early-send"
  | "wrong-destination"
  | "lost"
  | "hasty"
  | "unanswered"
  | "unreported"
  | "gave-up"
  | "disagreement"
  | "message-storm"
  | "memory"
  | "noise"
  | "oversized";

/** The meaning of each invariant. */
export const INVARIANTS: Readonly<Record<Invariant, string>> = {
  crashed: "no node throws",
  "shrunk-read": "reads only grow within one life of a node",
  vanished: "with journals, a value that a node has shown is shown again after each of its restarts",
  invented: "a read shows only values that a client has broadcast",
  duplicate: "a read shows each value once",
  "early-send":
    "a node sends nothing before its topology has come, a member has spoken to it, or 10 s have passed; and never to a member that has not started yet",
  "wrong-destination": "a node sends messages only to other members",
  lost: "every acknowledged value reaches every live node within the bound",
  hasty: "a value is acknowledged only once the requested number of members have it",
  unanswered: "every broadcast is answered, unless its node died",
  unreported: "a journal that was damaged or deleted says so",
  "gave-up": "a journal gives up only if its folder was deleted or read-only",
  disagreement: "every live node knows what any live node knows, within the bound",
  "message-storm": "the number of messages per second stays within its bound",
  memory: "the number of messages in flight to one peer stays within its bound",
  noise: "an idle cluster is quiet",
  oversized: "no message exceeds the transport's limit, and none has to be fragmented",
};

export interface Violation {
  readonly invariant: Invariant;
  /** In ms of the simulation. */
  readonly at: number;
  readonly problem: string;
  /** The value that a member lacks, if that is the problem, and the member's place in the scenario. */
  readonly missing?: { readonly member: number; readonly value: number };
}

export interface Outcome {
  /** The first violation, which ended the run. */
  readonly violation: Violation | undefined;
  readonly messages: number;
  readonly acknowledged: number;
  readonly exempt: number;
  /** From the last value and fault to the last value that a node learned, in ms; 0 if it was earlier. */
  readonly convergence: number;
  /** The most messages within a second of the simulation, as a share of the bound. */
  readonly busiest: number;
  /** The most message numbers in flight on a link. */
  readonly mostInFlight: number;
  /** How often a node took part before its topology came, and took a later incarnation because others knew one. */
  readonly earlyStarts: number;
  readonly renewals: number;
  /** Summaries sent: digests of members that know too much for one message. */
  readonly summaries: number;
  /** Messages in the last, idle minute. */
  readonly idleMessages: number;
  /** With simulated disks: counts of what happened to them. */
  readonly disks?: ReadonlyMap<string, number>;
}
