import { PEER } from "../config.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import type { VersionVector } from "../values/version-vector.js";
import { Peer } from "./peer.js";
import type { OwnValues } from "./peer-vector.js";
import type { Slot } from "./slot.js";

/** The record of a departed member. */
interface Tombstone {
  /** The member's latest incarnation; `undefined` if it never spoke. */
  readonly incarnation: number | undefined;
  /** When the record expires, by this node's clock, in ms. */
  readonly until: number;
}

/**
 * The table of peers: one `Peer` per member. The delta of a peer is what the member lacks; a message takes exactly that,
 * so a value crosses each link once.
 */
export class DeltaTracker {
  private readonly peers = new Map<MemberId, Peer>();
  /** Records of departed members, the oldest first. */
  private readonly tombstones = new Map<MemberId, Tombstone>();
  /** The highest number of a message to a departed member. A member that returns gets higher numbers. */
  private highestUsed = 0;

  /** @param deps the values of this node */
  constructor(private readonly deps?: { readonly values: OwnValues }) {}

  /** Returns the peer. A new member gets an entry, unless it has departed. */
  of(member: MemberId): Peer {
    let peer = this.peers.get(member);
    if (peer === undefined) {
      const tombstone = this.tombstones.get(member);
      peer = new Peer(this.highestUsed + 1, tombstone?.incarnation, this.deps?.values);
      // Messages of a departed member leave no trace.
      if (tombstone === undefined) this.peers.set(member, peer);
    }
    return peer;
  }

  /** Returns the peer; `undefined` before the first message to it or from it. */
  find(member: MemberId): Peer | undefined {
    return this.peers.get(member);
  }

  /** The dots of `known` that the member lacks and that are not in flight to it. */
  delta(member: MemberId, known: VersionVector): readonly DotRange[] {
    return this.find(member)?.delta(known) ?? [...known.ranges()];
  }

  /** All peers, except departed ones. */
  entries(): IterableIterator<[MemberId, Peer]> {
    return this.peers.entries();
  }

  /** All peers with a state in the slot, with that state. */
  *with<State>(slot: Slot<State>): Generator<[MemberId, State]> {
    for (const [member, { slots }] of this.peers) {
      const state = slots.find(slot);
      if (state !== undefined) yield [member, state];
    }
  }

  /** All suspects, in no certain order. */
  *suspects(): Generator<MemberId> {
    for (const [member, peer] of this.peers) if (peer.isSuspect) yield member;
  }

  isSuspect(member: MemberId): boolean {
    return this.peers.get(member)?.isSuspect === true;
  }

  /** This node learns of dots that never arrive here. */
  skip(dots: readonly DotRange[]): void {
    for (const { knowledge } of this.peers.values()) knowledge.skip(dots);
  }

  /** The arrival numbers of this node's values are about to change. */
  settle(): void {
    for (const { knowledge } of this.peers.values()) knowledge.settle();
  }

  /** This node has a new incarnation. Returns the members that have not acknowledged all messages of the last one. */
  restartNumbering(): MemberId[] {
    this.highestUsed = 0;
    const unsettled = [...this.peers].filter(([, { isUnsettled }]) => isUnsettled).map(([member]) => member);
    for (const peer of this.peers.values()) peer.restartNumbering();
    return unsettled;
  }

  /** The session has ended. */
  endSession(): void {
    for (const peer of this.peers.values()) peer.endSession();
  }

  /** Whether the member has departed within `PEER.tombstoneTime`. */
  isDeparted(member: MemberId): boolean {
    return this.tombstones.has(member);
  }

  /** The member has joined. If it had departed recently, its latest incarnation is still known. */
  memberJoined(member: MemberId): void {
    const incarnation = this.tombstones.get(member)?.incarnation;
    if (!this.tombstones.delete(member)) return;
    this.peers.set(member, new Peer(this.highestUsed + 1, incarnation, this.deps?.values));
  }

  /** The member has departed. Only its latest incarnation is remembered, for `PEER.tombstoneTime`. */
  memberLeft(member: MemberId, now: number): void {
    const peer = this.peers.get(member);
    peer?.endSession();
    this.peers.delete(member);
    this.highestUsed = Math.max(this.highestUsed, peer?.lastNumber ?? 0);
    this.tombstones.set(member, { incarnation: peer?.knownIncarnation, until: now + PEER.tombstoneTime });
    const [oldest] = this.tombstones.keys();
    if (this.tombstones.size > PEER.tombstones && oldest !== undefined) this.tombstones.delete(oldest);
    this.expire(now);
  }

  /** Drops records older than `PEER.tombstoneTime`. */
  expire(now: number): void {
    for (const [member, { until }] of this.tombstones) {
      if (until > now) return;
      this.tombstones.delete(member);
    }
  }
}
