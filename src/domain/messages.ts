import type { MemberId } from "./ports/transport.js";
import type { DotRange } from "./values/dot.js";
import type { DotPlace } from "./values/dot-spans.js";
import type { Fingerprint } from "./values/fingerprint.js";
import type { JsonValue } from "./values/json-value.js";
import type { WireVector } from "./values/version-vector.js";

/** Acknowledges messages of a peer. It rides on gossip in that direction, and travels alone only when it is overdue. */
export interface Acknowledgement {
  /** The peer's incarnation, to which the numbers belong. */
  readonly incarnation: number;
  /** The numbers that arrived, from the peer's `base` on, as ranges with both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
  /** How long the sender held the highest of these messages before this acknowledgement left, in ms. */
  readonly held: number;
}

/** The schedule of the rounds, from a parent to its children. */
export interface RoundSchedule {
  /** The number of the parent's next regular downcast. */
  readonly round: number;
  /** Time from the departure of this message to the parent's next regular downcast, in ms. */
  readonly next: number;
  /** Time from the departure of this message until the next upcasts have to arrive, in ms. */
  readonly upcastBy: number;
  /** The period of the rounds, in ms. */
  readonly period: number;
  /** Messages were lost recently, so acknowledgements should not wait for long. */
  readonly lossy?: boolean;
  /** The members that the sender suspects, or as many of them as fit. */
  readonly suspects?: readonly MemberId[];
  /** Not all suspects fit into the message: one that is not named may be a suspect too. */
  readonly more?: boolean;
  /** The sender's estimate of a round trip over one hop, in ms: a hint for members without samples. */
  readonly roundTrip?: number;
  /** Difference between slow and fast round trips if latency is random, in ms; 0 if it is constant. A hint as well. */
  readonly spread?: number;
  /** How long before the sender's departure upcasts should arrive, in ms; it reflects their observed lateness. */
  readonly guard?: number;
}

/** The plan of an upcast, which shows the parent how late it arrived. */
export interface UpcastPlan {
  /** The parent's round. */
  readonly round: number;
  /** How long before the parent's departure the upcast should have arrived, in ms. */
  readonly early: number;
}

/** Asks which members have these values. The sender waits until enough of them are known. */
export interface AckQuery {
  /** Number of members that are enough, the receiver included. With 1, only the receiver's own reply is wanted. */
  readonly count: number;
  /** How long the reply may wait for messages to ride on, in ms. */
  readonly within: number;
  readonly vector: WireVector;
}

/** Lists members that have these values, each as durably as it stores its own. */
export interface AckReply {
  readonly by: readonly MemberId[];
  readonly vector: WireVector;
}

/** A batch of values, with what the receiver needs to place it in the stream. */
export interface Gossip {
  readonly type: "gossip";
  readonly values: readonly JsonValue[];
  /** The dots of `values`, in the same order, as ranges. */
  readonly dots: readonly DotRange[];
  /** The sender's incarnation. Numbers start at 1 in each incarnation. */
  readonly incarnation: number;
  /** The number of this message among those from this sender to this receiver. */
  readonly number: number;
  /** Lower numbers are settled (acknowledged or given up) and need no acknowledgement. */
  readonly base: number;
  /** The lowest number that the sender has used for this receiver, if it is not 1; sent until a message is acknowledged. */
  readonly first?: number;
  /** For each range of `dots`, the time since its oldest value was accepted, hops included, in ms. */
  readonly ages: readonly number[];
  /** The actor sends these values to every member itself, so they are not passed on. */
  readonly direct?: boolean;
  /** The sender claims the receiver as its parent. */
  readonly up?: boolean;
  /** Absent if the message leaves between rounds. */
  readonly plan?: UpcastPlan;
  /**
   * Acknowledges values of the receiver, which requests a missing acknowledgement. This message needs no
   * acknowledgement of its own.
   */
  readonly answer?: boolean;
  /** The sender waits for an overdue acknowledgement and requests it at once. */
  readonly ask?: boolean;
  readonly confirm?: AckQuery;
  readonly confirmed?: readonly AckReply[];
  readonly ack?: Acknowledgement;
  readonly round?: RoundSchedule;
}

/** An acknowledgement without gossip to ride on. */
export interface GossipOk {
  readonly type: "gossip_ok";
  readonly incarnation: number;
  /** See `Gossip`. */
  readonly up?: boolean;
  readonly confirmed?: readonly AckReply[];
  readonly ack: Acknowledgement;
  /** Absent in a reply between rounds, which is no downcast. */
  readonly round?: RoundSchedule;
}

/** The part that digests and summaries have in common. */
interface Comparison {
  /** Requests the receiver's knowledge of the same dots if the message lists values that the receiver lacks. */
  readonly reply: boolean;
  /** Requests the receiver's knowledge of the same dots in any case. */
  readonly verify?: boolean;
  /** The sender knows an earlier incarnation of the receiver, which may have lost values. */
  readonly reborn?: boolean;
  /** The sender is catching up after its start. It may have missed values that the receiver has missed as well. */
  readonly beginner?: boolean;
  /** Dots that the receiver lacks and the sender has deleted; their values cannot be received any more. */
  readonly gone?: WireVector;
  /** The members that the sender suspects, or as many of them as fit. */
  readonly suspects?: readonly MemberId[];
  /** See `RoundSchedule`. */
  readonly more?: boolean;
}

/** Everything that a member knows, for anti-entropy. */
export interface Digest extends Comparison {
  readonly type: "digest";
  readonly incarnation: number;
  readonly vector: WireVector;
}

/** The knowledge about a span of dots: their fingerprint, or the dots. */
export type SpanKnowledge = Fingerprint | WireVector;

/**
 * What a member knows of some spans of dots, for anti-entropy between members that know of many actors. Spans with equal
 * fingerprints need no further message; of the others the receiver says more. Each message is true alone.
 */
export interface Summary extends Comparison {
  readonly type: "summary";
  readonly incarnation: number;
  /** Part of each fingerprint, and different in each summary. */
  readonly salt: number;
  /** Where the spans begin and end, in the order of all dots; `null` is the beginning, or the end, of all. */
  readonly places: readonly (DotPlace | null)[];
  /** The knowledge about the dots between each place and the next; `null`: the message does not speak of this span. */
  readonly known: readonly (SpanKnowledge | null)[];
}

/** Asks whether the receiver is alive, and measures a round trip to it. */
export interface Probe {
  readonly type: "probe";
  readonly incarnation: number;
  /** The number of this probe among those of the sender, from 1. */
  readonly number: number;
  /** The sender understands summaries, and asks whether the receiver does. */
  readonly summaries?: boolean;
}

/** Answers a probe. */
export interface ProbeOk {
  readonly type: "probe_ok";
  readonly incarnation: number;
  /** The incarnation that sent the probe. */
  readonly of: number;
  /** The number of the probe. */
  readonly number: number;
  /** How long the probe waited for its answer, in ms. */
  readonly held: number;
  /** Answers a probe with `summaries`: the sender understands them. */
  readonly summaries?: boolean;
}

/** The values that a member has, for the root. One report replaces acknowledgements to all other members. */
export interface StabilityReport {
  readonly type: "holdings";
  readonly incarnation: number;
  readonly vector: WireVector;
  /** The report consists of this many messages. Each one is about its own values. Default: 1, which is about all. */
  readonly of?: number;
}

/** The values that every member has, from the root, or some of them. */
export interface StableVector {
  readonly type: "stable";
  readonly incarnation: number;
  readonly vector: WireVector;
}

/** Answers a message of an incarnation of the receiver that the sender takes for an old one and ignores. */
export interface Stale {
  readonly type: "stale";
  readonly incarnation: number;
  /** The latest incarnation of the receiver that the sender knows. */
  readonly known: number;
}

/** All messages between nodes. */
export type PeerMessage =
  | Gossip
  | GossipOk
  | Digest
  | Summary
  | Probe
  | ProbeOk
  | StabilityReport
  | StableVector
  | Stale;
