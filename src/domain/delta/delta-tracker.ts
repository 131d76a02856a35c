import { PEER } from "../config.js";
import type { MemberId } from "../ports/transport.js";
import { Peer } from "./peer.js";
import type { Slot } from "./slot.js";

/** What is remembered of a departed member. */
interface Tombstone {
  /** Its latest incarnation; `undefined` if it never spoke. */
  readonly incarnation: number | undefined;
  /** By this node's clock, in ms. */
  readonly until: number;
}

/** The table of peers: what each of them lacks, so that a value crosses each link once. The one owner of that knowledge. */
export class DeltaTracker {
  private readonly peers = new Map<MemberId, Peer>();
  /** Departed members, the first to leave first. */
  private readonly tombstones = new Map<MemberId, Tombstone>();
  /** The highest number of a message to any departed member: none of them gets a number twice, should it come back. */
  private highestUsed = 0;

  /** The peer; a member that was not heard of before gets an entry, unless it has departed. */
  of(member: MemberId): Peer {
    let peer = this.peers.get(member);
    if (peer === undefined) {
      const tombstone = this.tombstones.get(member);
      peer = new Peer(this.highestUsed + 1, tombstone?.incarnation);
      // What a departed member still says is no reason to remember more of it.
      if (tombstone === undefined) this.peers.set(member, peer);
    }
    return peer;
  }

  /** Every peer that was spoken to or heard of, and has not left. */
  entries(): IterableIterator<[MemberId, Peer]> {
    return this.peers.entries();
  }

  /** The peers that have a state in the slot, with it. */
  *with<State>(slot: Slot<State>): Generator<[MemberId, State]> {
    for (const [member, { slots }] of this.peers) {
      const state = slots.find(slot);
      if (state !== undefined) yield [member, state];
    }
  }

  isSuspect(member: MemberId): boolean {
    return this.peers.get(member)?.isSuspect === true;
  }

  /** This node has a new incarnation. */
  restartNumbering(): void {
    this.highestUsed = 0;
    for (const peer of this.peers.values()) peer.restartNumbering();
  }

  /** The session is over. */
  endSession(): void {
    for (const peer of this.peers.values()) peer.endSession();
  }

  /** Has the member left a short time ago? */
  isDeparted(member: MemberId): boolean {
    return this.tombstones.has(member);
  }

  /** The member is one again: only its latest incarnation is known of it. */
  memberJoined(member: MemberId): void {
    const incarnation = this.tombstones.get(member)?.incarnation;
    if (!this.tombstones.delete(member)) return;
    this.peers.set(member, new Peer(this.highestUsed + 1, incarnation));
  }

  /** The member has left: only its latest incarnation is remembered, for `PEER.tombstoneTime`. */
  memberLeft(member: MemberId, now: number): void {
    const peer = this.peers.get(member);
    peer?.endSession();
    this.peers.delete(member);
    this.highestUsed = Math.max(this.highestUsed, peer?.outgoing.lastNumber ?? 0);
    this.tombstones.set(member, { incarnation: peer?.knownIncarnation, until: now + PEER.tombstoneTime });
    const [oldest] = this.tombstones.keys();
    if (this.tombstones.size > PEER.tombstones && oldest !== undefined) this.tombstones.delete(oldest);
    this.expire(now);
  }

  /** Forgets members that left longer than `PEER.tombstoneTime` ago. */
  expire(now: number): void {
    for (const [member, { until }] of this.tombstones) {
      if (until > now) return;
      this.tombstones.delete(member);
    }
  }
}
