import type {
  Acknowledgement,
  Digest,
  Gossip,
  Probe,
  ProbeOk,
  RoundSchedule,
  StabilityReport,
  StableVector,
  UpcastPlan,
} from "../messages.js";
import type { MemberId } from "../ports/transport.js";

/** What a message of gossip has brought. */
export interface Merged {
  /** How many of its values are new here. */
  readonly fresh: number;
  /** When the oldest of them was accepted, by this node's clock, in ms; `Infinity` if there is none. */
  readonly oldest: number;
  /** Does their actor send them to every member itself? */
  readonly isDirect: boolean;
}

/** How an acknowledgement came. */
export interface AckArrival {
  /** By how much its message was delayed on its way, in ms. */
  readonly delay: number;
  /** Does its sender wait for an acknowledgement that should have come? */
  readonly isAsking: boolean;
}

/**
 * What depends on the node's place in the tree, from one topology to the next. A node that does not take part, because it waits
 * for its topology or for a new incarnation, or has stopped, has an `IdleSession`.
 */
export interface Session {
  /** The member that this node takes for the root of the tree. */
  readonly root: MemberId;
  /** The members that do not answer this node, in member order. */
  readonly suspects: readonly MemberId[];
  /** The members that a client's value goes to from here. */
  readonly targets: readonly MemberId[];
  /** What a message takes over one hop, in ms; 0 while nothing is known. */
  readonly oneWay: number;

  /** Round trip to a member, in ms; `undefined` if unknown. */
  rttTo(member: MemberId): number | undefined;

  start(): void;

  /** Values are here that leave for every target; the oldest was accepted at `oldest`, by this node's clock, in ms. */
  enqueue(count: number, oldest: number): void;

  /** The member spoke in an incarnation that is over; this node knows `known`. */
  staleReceived(member: MemberId, known: number): void;

  /**
   * Something came from the member.
   * @param restart absent if its incarnation is the known one; otherwise whether it has sent its digest with it
   */
  heardFrom(member: MemberId, restart?: { readonly isComparing: boolean }): void;

  /** The member numbers its messages as if this node had had some before. */
  amnesiaSuspected(member: MemberId): void;

  /** The member has spoken to an earlier incarnation of this node. */
  amnesiaDetected(member: MemberId): void;

  parentClaimed(member: MemberId, asParent: boolean): void;
  upcastArrived(plan: UpcastPlan): void;

  /** @returns by how much the message was delayed on its way, in ms */
  scheduleReceived(from: MemberId, schedule: RoundSchedule): number;

  ackReceived(from: MemberId, ack: Acknowledgement, arrival: AckArrival): void;
  ackRequested(): void;
  lossDetected(): void;

  /** The values of the message are stored: passes them on, and answers. */
  gossipMerged(from: MemberId, gossip: Gossip, merged: Merged): void;

  /** A message without values came. */
  gossipOkReceived(from: MemberId): void;

  /** What waits for the members below leaves right after a message of the parent. */
  flushAfter(from: MemberId): void;

  digestReceived(from: MemberId, digest: Digest): void;
  reportReceived(from: MemberId, report: StabilityReport): void;
  stableReceived(from: MemberId, stable: StableVector): void;
  probeReceived(from: MemberId, probe: Probe): void;
  probeAnswered(from: MemberId, answer: ProbeOk): void;

  /** The cluster has these members from now on: see `TreeMaintenance`. */
  membersChanged(members: readonly MemberId[]): "adapted" | "rebuild";
  /** A member has left; everything that was known of it is dropped already. */
  memberLeft(): void;

  /** Sends what waits, at once: there is no later. */
  flushAll(): void;
  close(): void;
}
