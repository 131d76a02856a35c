import { MEMBERSHIP } from "../config.js";
import type { MemberId } from "../ports/transport.js";

interface Entry {
  /** When the member joined, according to the member itself; the same number on every node. */
  joined: number;
  /** Number of heartbeats in a row that have not come. */
  missed: number;
}

/** A member that has said goodbye. */
interface Farewell {
  /** When the member had joined. */
  readonly joined: number;
  /** Number of further heartbeats for which the member is remembered. */
  ticks: number;
}

/**
 * The known members, oldest first: ordered by joining time, then by id. A new member always comes after the present
 * ones, so it never changes the root.
 */
export class MembershipTable {
  private readonly entries = new Map<MemberId, Entry>();
  /** Members that have said goodbye, the oldest goodbye first. */
  private readonly farewells = new Map<MemberId, Farewell>();

  /** The latest joining time that another member has reported; 0 if none has. */
  private latestElsewhere = 0;

  /** @param patience number of heartbeats in a row that a member may miss before it counts as gone */
  constructor(private readonly patience: number) {}

  /** All members, in order. */
  members(): readonly MemberId[] {
    return [...this.entries]
      .sort(([idA, a], [idB, b]) => a.joined - b.joined || (idA < idB ? -1 : 1))
      .map(([member]) => member);
  }

  /**
   * The latest known joining time, of members and of those that said goodbye; 0 if there is none. A new member takes a
   * later one.
   */
  get latest(): number {
    let latest = this.latestElsewhere;
    for (const { joined } of [...this.entries.values(), ...this.farewells.values()]) latest = Math.max(latest, joined);
    return latest;
  }

  /** Another member has reported this joining time. */
  hasHeardOf(joined: number): void {
    this.latestElsewhere = Math.max(this.latestElsewhere, joined);
  }

  /** Handles a heartbeat. A heartbeat of an earlier incarnation, or from before the goodbye, is ignored. */
  heartbeatReceived(member: MemberId, joined: number): void {
    const entry = this.entries.get(member);
    if (entry !== undefined && joined < entry.joined) return;
    const farewell = this.farewells.get(member);
    if (farewell !== undefined && joined <= farewell.joined) return;
    this.farewells.delete(member);
    this.entries.set(member, { joined, missed: 0 });
  }

  /** Handles a goodbye of the member, or of an earlier incarnation of it. */
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
   * A heartbeat of every member is due. Members that have missed too many are removed.
   * @returns the removed members
   */
  tick(): readonly MemberId[] {
    const gone = [...this.entries].flatMap(([member, entry]) => (++entry.missed > this.patience ? [member] : []));
    for (const member of gone) this.entries.delete(member);
    for (const [member, farewell] of this.farewells) if (--farewell.ticks <= 0) this.farewells.delete(member);
    return gone;
  }
}
