import type { MemberId } from "../ports/transport.js";
import { SortedList } from "../values/sorted-list.js";
import { hashOf } from "./hash.js";

interface Place {
  readonly hash: number;
  readonly id: MemberId;
}

/**
 * The present members on a ring, in the order of their hashes: members that started together, and may fail together, lie
 * apart. Every member watches its successor. News travels over chords to the members 1, 2, 4, 8, … places ahead, as in
 * Chord (Stoica et al., 2001): few members to be connected with, and few hops.
 */
export class Ring {
  private readonly places = new SortedList<Place>((one, other) => {
    if (one.hash !== other.hash) return one.hash - other.hash;
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
  });
  private readonly own: Place;

  constructor(self: MemberId) {
    this.own = { hash: hashOf(self), id: self };
  }

  add(member: MemberId): void {
    if (member !== this.own.id) this.places.add({ hash: hashOf(member), id: member });
  }

  remove(member: MemberId): void {
    this.places.remove({ hash: hashOf(member), id: member });
  }

  /** Number of other members. */
  get size(): number {
    return this.places.length;
  }

  /** The member this many places ahead of this node, from 1; 0 and less count backwards from this node's predecessor. */
  ahead(steps: number): MemberId | undefined {
    const { length } = this.places;
    // If there is no other member, the index is NaN, and no member is there.
    const index = (this.places.indexOf(this.own) + steps - 1) % length;
    return this.places.at((index + length) % length)?.id;
  }

  /**
   * The members that this node passes news on to. In place of one that does not count, the next one that does.
   * @param counts whether a member may pass news on
   */
  chords(counts: (member: MemberId) => boolean): Set<MemberId> {
    const members = new Set<MemberId>();
    const { length } = this.places;
    for (let chord = 1; chord <= length; chord *= 2)
      for (let steps = chord; steps < chord + length; steps++) {
        const member = this.ahead(steps) as MemberId;
        if (!counts(member)) continue;
        members.add(member);
        break;
      }
    return members;
  }

  /** Whether this node passes news on to the member, or the member to this node. */
  isLinked(member: MemberId): boolean {
    const { length } = this.places;
    const place = this.places.indexOf({ hash: hashOf(member), id: member });
    if (this.places.at(place)?.id !== member) return false;
    const ahead = ((place - this.places.indexOf(this.own) + length) % length) + 1;
    const isPower = (steps: number) => (steps & (steps - 1)) === 0;
    return isPower(ahead) || isPower(length + 1 - ahead);
  }
}
