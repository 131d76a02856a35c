import { MEMBERSHIP } from "../config.js";
import type { MemberId } from "../ports/transport.js";

interface Entry {
  /** When the member joined, as it says itself: the same number for everyone. */
  joined: number;
  /** How many of its heartbeats in a row have not come. */
  missed: number;
}

/** A member that said goodbye. */
interface Farewell {
  /** When it had joined. */
  readonly joined: number;
  /** For how many more heartbeats it is remembered. */
  ticks: number;
}

/**
 * The members that were heard of, oldest first: in the order of their joining, and by id where that is the same. Who comes
 * later never stands before who is there, so a newcomer never moves the root.
 */
export class MembershipTable {
  private readonly entries = new Map<MemberId, Entry>();
  /** Members that said goodbye, the first to leave first. */
  private readonly farewells = new Map<MemberId, Farewell>();

  /** The latest joining time that another member has told of; 0 if none has. */
  private latestElsewhere = 0;

  /** @param patience how many heartbeats in a row a member may miss; with one more it is gone */
  constructor(private readonly patience: number) {}

  /** Everyone, in order. */
  members(): readonly MemberId[] {
    return [...this.entries]
      .sort(([idA, a], [idB, b]) => a.joined - b.joined || (idA < idB ? -1 : 1))
      .map(([member]) => member);
  }

  /** The latest joining time heard of, of members and of those that said goodbye; 0 if there is none. The next newcomer takes a later one. */
  get latest(): number {
    let latest = this.latestElsewhere;
    for (const { joined } of [...this.entries.values(), ...this.farewells.values()]) latest = Math.max(latest, joined);
    return latest;
  }

  /** Another member knows of this joining time. */
  hasHeardOf(joined: number): void {
    this.latestElsewhere = Math.max(this.latestElsewhere, joined);
  }

  /** A heartbeat came. That of an earlier life of the member, or from before its goodbye, counts for nothing. */
  heartbeatReceived(member: MemberId, joined: number): void {
    const entry = this.entries.get(member);
    if (entry !== undefined && joined < entry.joined) return;
    const farewell = this.farewells.get(member);
    if (farewell !== undefined && joined <= farewell.joined) return;
    this.farewells.delete(member);
    this.entries.set(member, { joined, missed: 0 });
  }

  /** The member said goodbye, or a life of it did. */
  goodbyeReceived(member: MemberId, joined: number): void {
    const entry = this.entries.get(member);
    if (entry !== undefined && joined < entry.joined) return;
    this.entries.delete(member);
    const before = this.farewells.get(member)?.joined ?? 0;
    this.farewells.delete(member);
    this.farewells.set(member, { joined: Math.max(before, joined), ticks: MEMBERSHIP.goodbyeTicks });
    const [oldest] = this.farewells.keys();
    if (this.farewells.size > MEMBERSHIP.goodbyes && oldest !== undefined) this.farewells.delete(oldest);
  }

  /**
   * A heartbeat of everyone is due: members that have missed too many are gone.
   * @returns those that are gone now
   */
  tick(): readonly MemberId[] {
    const gone = [...this.entries].flatMap(([member, entry]) => (++entry.missed > this.patience ? [member] : []));
    for (const member of gone) this.entries.delete(member);
    for (const [member, farewell] of this.farewells) if (--farewell.ticks <= 0) this.farewells.delete(member);
    return gone;
  }
}
