import type { MemberId } from "../../domain/ports/transport.js";
import type { PayloadForm } from "./payload.js";

/**
 * A member that has not been heard of for this long, in ms, gets JSON again: it may have been replaced by an older version, which
 * drops everything else.
 */
export const COMPACT_FOR = 10_000;
/** A member counts as silent towards another after this many ms, in time before the other one goes back to JSON. */
const SILENT_AFTER = COMPACT_FOR / 2;
/** Members whose form is remembered; subjects may name any. */
const MOST_MEMBERS = 10_000;

/** Times in ms. */
interface Peer {
  /** The last payload that shows that the member reads the compact wire. */
  compact: number;
  /** The last marked JSON. */
  marked: number;
  /** The last message to it. */
  sent: number;
}

/** Decides per member whether messages to it are compact: there is no connection on which both could agree. */
export class WireForms {
  private readonly peers = new Map<MemberId, Peer>();

  /** @param now the time in ms, by any clock that never goes back */
  constructor(private readonly now: () => number) {}

  /** Whether the next message to the member may be compact. */
  isCompact(to: MemberId): boolean {
    const peer = this.peers.get(to);
    if (peer === undefined) return false;
    peer.sent = this.now();
    return peer.sent - peer.compact < COMPACT_FOR;
  }

  /**
   * A payload arrived.
   * @returns whether the member needs a hello: it still sends JSON, because this node sends it nothing
   */
  heard(from: MemberId, form: PayloadForm): boolean {
    const now = this.now();
    const peer = this.of(from);
    peer.compact = form === "plain" ? Number.NEGATIVE_INFINITY : now;
    if (form !== "marked") return false;
    const continues = now - peer.marked < COMPACT_FOR;
    peer.marked = now;
    if (!continues || now - peer.sent < SILENT_AFTER) return false;
    peer.sent = now;
    return true;
  }

  private of(id: MemberId): Peer {
    let peer = this.peers.get(id);
    if (peer === undefined) {
      if (this.peers.size >= MOST_MEMBERS) this.peers.clear();
      const never = Number.NEGATIVE_INFINITY;
      peer = { compact: never, marked: never, sent: never };
      this.peers.set(id, peer);
    }
    return peer;
  }
}
