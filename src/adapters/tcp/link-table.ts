import type { MemberId } from "../../domain/ports/transport.js";
import type { Address } from "./address.js";
import type { PeerLink } from "./peer-link.js";

/** Makes the link to a member. */
type MakeLink = (peer: MemberId, address: Address | undefined) => PeerLink;

/**
 * The links to the other members. With a fixed list every member has one from the start. Otherwise a link is made when
 * it is needed: for a member whose address is known, or for a node that has connected and is about to become a member.
 */
export class LinkTable {
  private readonly links = new Map<MemberId, PeerLink>();
  private readonly addresses = new Map<MemberId, Address>();

  /**
   * @param fixed the other members; `undefined` if they come and go
   */
  constructor(
    private readonly make: MakeLink,
    private readonly fixed: ReadonlyMap<MemberId, Address> | undefined,
  ) {
    for (const [peer, address] of fixed ?? []) this.links.set(peer, make(peer, address));
  }

  /** Whether members come and go. */
  get isOpen(): boolean {
    return this.fixed === undefined;
  }

  values(): PeerLink[] {
    return [...this.links.values()];
  }

  /** Whether a node with this id may connect. */
  accepts(peer: MemberId): boolean {
    return this.isOpen || this.links.has(peer);
  }

  /** The link to a member; `undefined` if this node has no way to reach it. */
  to(peer: MemberId): PeerLink | undefined {
    return this.links.get(peer) ?? (this.addresses.has(peer) ? this.receive(peer) : undefined);
  }

  /** The link to an acceptable node that has connected. */
  receive(peer: MemberId): PeerLink {
    let link = this.links.get(peer);
    if (link === undefined) {
      link = this.make(peer, this.addresses.get(peer));
      this.links.set(peer, link);
    }
    return link;
  }

  /** A member that came is at this address. */
  locate(peer: MemberId, address: Address): void {
    this.addresses.set(peer, address);
    this.links.get(peer)?.locate(address);
  }

  /** A member is gone. Its connection is closed, and what is queued for it is dropped. */
  forget(peer: MemberId): void {
    this.addresses.delete(peer);
    const link = this.links.get(peer);
    this.links.delete(peer);
    void link?.destroy();
  }

  /** The node has disconnected: without an address there is no way to reach it. */
  disconnected(peer: MemberId): void {
    if (this.isOpen && this.links.get(peer)?.isUsable === false) this.forget(peer);
  }
}
