/** What must hold, all along or at the end. */
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
  | "disagreement"
  | "message-storm"
  | "memory"
  | "noise";

/** What each invariant means, for people. */
export const INVARIANTS: Readonly<Record<Invariant, string>> = {
  crashed: "no node throws",
  "shrunk-read": "reads only grow within one life of a node",
  vanished: "with journals, a value that a read of a node showed is shown after every restart of it",
  invented: "a read shows only values that a client broadcast",
  duplicate: "a read shows each value once",
  "early-send":
    "nothing is sent before the topology has come, a member has spoken, or 10 s have passed; and never to a member that was not started yet",
  "wrong-destination": "messages go to other members only",
  lost: "every acknowledged value reaches every live node within the bound",
  hasty: "a value is acknowledged only once as many members had it as it waits for",
  unanswered: "every broadcast is answered in the end, unless its node died",
  disagreement: "every live node knows what any live node knows, within the bound",
  "message-storm": "messages a second stay within their bound",
  memory: "what is in flight to one peer stays within its bound",
  noise: "an idle cluster is quiet",
};

export interface Violation {
  readonly invariant: Invariant;
  /** In ms of the simulation. */
  readonly at: number;
  readonly problem: string;
}

export interface Outcome {
  /** The first violation, at which the run ended. */
  readonly violation: Violation | undefined;
  readonly messages: number;
  readonly acknowledged: number;
  readonly exempt: number;
  /** From the last value and fault to the last value that a node learned, in ms; 0 if it was earlier. */
  readonly convergence: number;
  /** The most messages within a second of the simulation, as a share of what is allowed. */
  readonly busiest: number;
  /** The most message numbers in flight on a link. */
  readonly mostInFlight: number;
  /** How often a node took part before its topology came, and went on in a later life because others knew one. */
  readonly earlyStarts: number;
  readonly renewals: number;
  /** Messages in the last, idle minute. */
  readonly idleMessages: number;
}
