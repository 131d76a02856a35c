import { PEER } from "../config.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import type { VersionVector } from "../values/version-vector.js";
import { Knowledge } from "./knowledge.js";
import { Peer } from "./peer.js";
import type { OwnValues } from "./peer-vector.js";
import { RestingPeers } from "./resting-peers.js";
import type { Slot } from "./slot.js";

/** The record of a departed member. */
interface Tombstone {
  /** The member's latest incarnation; `undefined` if it never spoke. */
  readonly incarnation: number | undefined;
  /** When the record expires, by this node's clock, in ms. */
  readonly until: number;
}

interface DeltaTrackerDeps {
  /** The values of this node. Default: none. */
  readonly values?: OwnValues;
  /** The members of the cluster. Peers only rest if it is known. */
  readonly identity?: { readonly members: readonly MemberId[] };
}

/**
 * The table of peers: one `Peer` per member. The delta of a peer is what the member lacks; a message takes exactly that,
 * so a value crosses each link once. In a large cluster most peers are at rest, and take a row of numbers until they are
 * needed again.
 */
export class DeltaTracker {
  /** The peers that are not at rest. */
  private readonly peers = new Map<MemberId, Peer>();
  /** The peers at rest; `undefined` if there are none. */
  private resting: RestingPeers | undefined;
  /** Records of departed members, the oldest first. */
  private readonly tombstones = new Map<MemberId, Tombstone>();
  /** The highest number of a message to a departed member. A member that returns gets higher numbers. */
  private highestUsed = 0;

  constructor(private readonly deps: DeltaTrackerDeps = {}) {}

  /** Returns the peer. A new member gets an entry, unless it has departed. */
  of(member: MemberId): Peer {
    let peer = this.find(member);
    if (peer === undefined) {
      const tombstone = this.tombstones.get(member);
      peer = this.peerWith(tombstone?.incarnation);
      // Messages of a departed member leave no trace.
      if (tombstone === undefined) this.peers.set(member, peer);
    }
    return peer;
  }

  /** Returns the peer, which does not rest any more; `undefined` before the first message to it or from it. */
  find(member: MemberId): Peer | undefined {
    const known = this.peers.get(member);
    if (known !== undefined) return known;
    const peer = this.sleeping(member);
    if (peer === undefined) return undefined;
    this.resting?.delete(member);
    this.peers.set(member, peer);
    return peer;
  }

  /** Returns the peer, to be read only: if it is at rest, it stays so, and an unknown member gets no entry. */
  peek(member: MemberId): Peer {
    return this.peers.get(member) ?? this.sleeping(member) ?? new Peer();
  }

  /** The dots of `known` that the member lacks and that are not in flight to it. */
  delta(member: MemberId, known: VersionVector): readonly DotRange[] {
    return this.peek(member).delta(known);
  }

  /** All peers, except departed ones. None of them is at rest then. */
  all(): IterableIterator<[MemberId, Peer]> {
    if (this.resting !== undefined) for (const member of this.resting.ids()) this.find(member);
    this.resting = undefined;
    return this.peers.entries();
  }

  /** The peers that are not at rest. They include all suspects, and all with messages under way or with state in a slot. */
  active(): IterableIterator<[MemberId, Peer]> {
    return this.peers.entries();
  }

  /** Whether `rest` may save memory: the rows, one for each member, take less than the peers that are not at rest. */
  get mayRest(): boolean {
    const size = this.deps.identity?.members.length ?? 0;
    return size >= PEER.restingFrom && (this.resting !== undefined || this.peers.size * PEER.restingShare >= size);
  }

  /** Puts all peers at rest that may be. Call it only while no service holds a `Peer`: that object would be stale. */
  rest(): void {
    const members = this.deps.identity?.members;
    if (members === undefined) return;
    // The rows are those of the members of their time.
    if (this.resting?.members !== members) this.all();
    this.resting ??= new RestingPeers(members);
    for (const [member, peer] of this.peers) {
      const resting = peer.atRest;
      if (resting !== undefined && this.resting.add(member, resting)) this.peers.delete(member);
    }
  }

  /** The state in the slot; `undefined` if there is none. A peer at rest has none, and stays at rest. */
  state<State>(member: MemberId, slot: Slot<State>): State | undefined {
    return this.peers.get(member)?.slots.find(slot);
  }

  /** Disposes of the state in the slot. */
  clear<State>(member: MemberId, slot: Slot<State>): void {
    this.peers.get(member)?.slots.clear(slot);
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
    for (const [, { knowledge }] of this.all()) knowledge.skip(dots);
  }

  /** The arrival numbers of this node's values are about to change. */
  settle(): void {
    for (const [, { knowledge }] of this.all()) knowledge.settle();
  }

  /** This node has a new incarnation. Returns the members that have not acknowledged all messages of the last one. */
  restartNumbering(): MemberId[] {
    this.highestUsed = 0;
    const unsettled = [...this.all()].filter(([, { isUnsettled }]) => isUnsettled).map(([member]) => member);
    for (const peer of this.peers.values()) peer.restartNumbering();
    return unsettled;
  }

  /** The session has ended. */
  endSession(): void {
    for (const [, peer] of this.all()) peer.endSession();
  }

  /** Whether the member has departed within `PEER.tombstoneTime`. */
  isDeparted(member: MemberId): boolean {
    return this.tombstones.has(member);
  }

  /** The member has joined. If it had departed recently, its latest incarnation is still known. */
  memberJoined(member: MemberId): void {
    const incarnation = this.tombstones.get(member)?.incarnation;
    if (!this.tombstones.delete(member)) return;
    this.peers.set(member, this.peerWith(incarnation));
  }

  /** The member has departed. Only its latest incarnation is remembered, for `PEER.tombstoneTime`. */
  memberLeft(member: MemberId, now: number): void {
    const peer = this.find(member);
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

  private peerWith(incarnation: number | undefined): Peer {
    return new Peer(this.highestUsed + 1, incarnation, new Knowledge(this.deps.values));
  }

  private sleeping(member: MemberId): Peer | undefined {
    const resting = this.resting?.get(member);
    return resting && Peer.woken(resting, this.deps.values);
  }
}
