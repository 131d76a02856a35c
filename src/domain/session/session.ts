import type {
  Acknowledgement,
  Digest,
  Gossip,
  Probe,
  ProbeOk,
  RoundSchedule,
  StabilityReport,
  StableVector,
  Summary,
  UpcastPlan,
} from "../messages.js";
import type { MemberId } from "../ports/transport.js";

/** The result of storing the values of a message. */
export interface Merged {
  /** Number of new values. */
  readonly fresh: number;
  /** When the oldest new value was accepted, by this node's clock, in ms; `Infinity` if there is none. */
  readonly oldest: number;
  /** Whether the actor of the values sends them to every member itself. */
  readonly isDirect: boolean;
}

/** Facts about its sender that a message shows. */
export interface Contact {
  /** Whether the message is gossip or its acknowledgement: members exchange values with this node. */
  readonly isTraffic: boolean;
  /** Present if the sender has restarted; `isComparing` is true if this node answers the message with its own digest. */
  readonly restart?: { readonly isComparing: boolean };
}

/** Circumstances of an acknowledgement. */
export interface AckArrival {
  /** How long its message was delayed in the network, in ms. */
  readonly delay: number;
  /** Whether its sender waits for an overdue acknowledgement. */
  readonly isRequest: boolean;
}

/**
 * The services that depend on the node's place in the tree, from one topology to the next. A node that does not take
 * part, because it waits for its topology or for a new incarnation, or has stopped, has an `IdleSession`.
 */
export interface Session {
  /** The root of the tree, as this node sees it. */
  readonly root: MemberId;
  /** The members that this node suspects, in member order. */
  readonly suspects: readonly MemberId[];
  /** The members that this node sends a client's value to. */
  readonly targets: readonly MemberId[];
  /** The members that confirm values to this node: its targets, and suspects that are bypassed neighbours in the tree. */
  readonly confirming: readonly MemberId[];
  /** Latency of one hop, in ms; 0 while unknown. */
  readonly oneWay: number;

  /** Measured round trip to a member: the 90th percentile, in ms; `undefined` if none was measured. */
  rttTo(member: MemberId): number | undefined;

  start(): void;

  /** Queues values for every target; the oldest was accepted at `oldest`, by this node's clock, in ms. */
  enqueue(count: number, oldest: number): void;

  /** The limits of some values have changed. */
  retentionChanged(): void;

  /** These members may lack values: requests their digests. */
  compareWith(members: readonly MemberId[]): void;

  /** The members whose digest this node has requested, or is about to request. */
  readonly awaitedDigests: readonly MemberId[];

  /** These members may have failed, so they are probed. */
  probe(members: readonly MemberId[]): void;

  /** The member used a stale incarnation; this node knows `known`. */
  staleReceived(member: MemberId, known: number): void;

  /** A message of the member came. */
  heardFrom(member: MemberId, contact: Contact): void;

  /** The numbers of the member's messages suggest that it knew an earlier incarnation of this node. */
  amnesiaSuspected(member: MemberId): void;

  /** The member has addressed an earlier incarnation of this node. */
  amnesiaDetected(member: MemberId): void;

  parentClaimed(member: MemberId, asParent: boolean): void;
  upcastArrived(plan: UpcastPlan): void;

  /** @returns how long the message was delayed in the network, in ms */
  scheduleReceived(from: MemberId, schedule: RoundSchedule): number;

  ackReceived(from: MemberId, ack: Acknowledgement, arrival: AckArrival): void;
  ackRequested(): void;
  lossDetected(): void;

  /** The values of the message have been stored: passes them on, and answers the message. */
  gossipMerged(from: MemberId, gossip: Gossip, merged: Merged): void;

  /** A message without values came. */
  gossipOkReceived(from: MemberId): void;

  /** Sends the pending batches of the children, if the message came from the parent. */
  flushAfter(from: MemberId): void;

  digestReceived(from: MemberId, digest: Digest): void;
  summaryReceived(from: MemberId, summary: Summary): void;
  reportReceived(from: MemberId, report: StabilityReport): void;
  stableReceived(from: MemberId, stable: StableVector): void;
  probeReceived(from: MemberId, probe: Probe): void;
  probeAnswered(from: MemberId, answer: ProbeOk): void;

  /** Changes the members of the cluster; see `TreeMaintenance`. */
  membersChanged(members: readonly MemberId[]): "adapted" | "rebuild";
  /** A member has left, and its state has been dropped. */
  memberLeft(): void;

  /** Sends all pending batches now, before the node stops. */
  flushAll(): void;
  close(): void;
}
