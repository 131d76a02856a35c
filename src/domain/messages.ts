import type { MemberId } from "./ports/transport.js";
import type { DotRange } from "./values/dot.js";
import type { JsonValue } from "./values/json-value.js";
import type { WireVector } from "./values/version-vector.js";

/** Which messages of a neighbour have arrived. Rides on gossip that goes that way; travels alone only when overdue. */
export interface Acknowledgement {
  /** The incarnation of the neighbour whose numbers these are; numbers of another life of it mean nothing. */
  readonly incarnation: number;
  /** The numbers that arrived, as ranges with both ends included, from the neighbour's `base` on. */
  readonly ranges: readonly (readonly [number, number])[];
  /** How long the sender held the highest of these messages before this acknowledgement left, in ms. */
  readonly held: number;
}

/** The rhythm of the rounds, as a parent tells it to its children. */
export interface RoundSchedule {
  /** The number of the parent's next regular downcast. */
  readonly round: number;
  /** Time from the departure of this message to the parent's next regular downcast, in ms. */
  readonly next: number;
  /** Time from the departure of this message to the moment by which the next upcasts have to be there, in ms. */
  readonly upcastBy: number;
  /** The period of the rounds, in ms. */
  readonly period: number;
  /** Messages were lost of late: acknowledgements should not wait for long. */
  readonly lossy?: boolean;
  /** The members that do not answer the sender. */
  readonly suspects?: readonly MemberId[];
  /** What the sender believes a round trip over one hop to take, in ms: a hint for who has not measured one yet. */
  readonly roundTrip?: number;
  /** How far apart quick and slow round trips are where latency is random, in ms; 0 where it is constant: a hint as well. */
  readonly spread?: number;
  /** How long before the sender's departure upcasts are to be there, in ms: as late as they have been. */
  readonly guard?: number;
}

/** What an upcast was planned for: so the parent sees how late it came. */
export interface UpcastPlan {
  /** The round of the parent. */
  readonly round: number;
  /** How long before the parent's departure the upcast was to be there, in ms. */
  readonly early: number;
}

/** A question: who has these values? The sender waits until enough members are known to have them. */
export interface AckQuery {
  /** So many members are enough, the receiver included. 1: the receiver's own word is all that is wanted. */
  readonly count: number;
  /** How long the answer may wait for messages to ride on, in ms. */
  readonly within: number;
  readonly vector: WireVector;
}

/** An answer: these members have these values, as safely as each keeps its own. */
export interface AckReply {
  readonly by: readonly MemberId[];
  readonly vector: WireVector;
}

/** Values on their way: a batch, with what the receiver needs to place it. */
export interface Gossip {
  readonly type: "gossip";
  readonly values: readonly JsonValue[];
  /** The identity of each of `values`, in the same order, as runs. */
  readonly dots: readonly DotRange[];
  /** The sender's incarnation: its numbers start at 1 in each. */
  readonly incarnation: number;
  /** The number of this message among those that the sender sent to this receiver. */
  readonly number: number;
  /** Lower numbers than this are settled (acknowledged or given up) and need no acknowledgement any more. */
  readonly base: number;
  /** The lowest number that the sender has used for this receiver, if it is not 1, until a message is acknowledged. */
  readonly first?: number;
  /** For each run of `dots` the time since the oldest of its values was accepted, hops included, in ms. */
  readonly ages: readonly number[];
  /** The author sends these values to every member itself: they need not be passed on. */
  readonly direct?: boolean;
  /** The sender takes the receiver for its parent in the tree. */
  readonly up?: boolean;
  /** Absent where the message leaves out of turn. */
  readonly plan?: UpcastPlan;
  /** Acknowledges values of the receiver, which asks if this does not come: it need not be acknowledged by itself. */
  readonly answer?: boolean;
  /** The sender waits for an acknowledgement that should have come, and asks for an answer at once. */
  readonly ask?: boolean;
  readonly confirm?: AckQuery;
  readonly confirmed?: readonly AckReply[];
  readonly ack?: Acknowledgement;
  readonly round?: RoundSchedule;
}

/** An acknowledgement that found no gossip to ride on. */
export interface GossipOk {
  readonly type: "gossip_ok";
  readonly incarnation: number;
  /** As in gossip. */
  readonly up?: boolean;
  readonly confirmed?: readonly AckReply[];
  readonly ack: Acknowledgement;
  /** Absent in a mere answer that leaves out of turn: it is no downcast. */
  readonly round?: RoundSchedule;
}

/** Everything that a member knows, for anti-entropy. */
export interface Digest {
  readonly type: "digest";
  readonly incarnation: number;
  readonly vector: WireVector;
  /** Asks for the receiver's digest in return, if it lacks something. */
  readonly reply: boolean;
  /** Asks for the receiver's digest in any case. */
  readonly verify?: boolean;
  /** The sender has known the receiver in an earlier life: it may have forgotten things. */
  readonly reborn?: boolean;
  /** What the receiver lacks and the sender has known but keeps no more: it cannot be had. */
  readonly gone?: WireVector;
  /** The members that do not answer the sender. */
  readonly suspects?: readonly MemberId[];
}

/** Asks whether the receiver is there, and measures a round trip to it. */
export interface Probe {
  readonly type: "probe";
  readonly incarnation: number;
  /** Of this probe among those of the sender, from 1. */
  readonly number: number;
}

/** The answer to a probe, which it names. */
export interface ProbeOk {
  readonly type: "probe_ok";
  readonly incarnation: number;
  /** The incarnation that sent the probe. */
  readonly of: number;
  /** The number of the probe. */
  readonly number: number;
  /** How long the probe waited for its answer, in ms. */
  readonly held: number;
}

/** Everything that a member has, for the root: one such message stands for acknowledgements to all the others. */
export interface StabilityReport {
  readonly type: "holdings";
  readonly incarnation: number;
  readonly vector: WireVector;
}

/** What every member has, from the root. */
export interface StableVector {
  readonly type: "stable";
  readonly incarnation: number;
  readonly vector: WireVector;
}

/** The answer to a message of a life of the receiver that the sender takes for an earlier one, and ignores. */
export interface Stale {
  readonly type: "stale";
  readonly incarnation: number;
  /** The latest incarnation of the receiver that the sender knows. */
  readonly known: number;
}

/** What nodes say to one another. */
export type PeerMessage = Gossip | GossipOk | Digest | Probe | ProbeOk | StabilityReport | StableVector | Stale;
