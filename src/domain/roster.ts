import type { MemberId } from "./ports/transport.js";

interface Entry {
  /** When the member joined, as it says itself: the same number for everyone. */
  joined: number;
  /** How many of its heartbeats in a row have not come. */
  missed: number;
}

/**
 * The members that were heard of, oldest first: in the order of their joining, and by id where that is the same. Who comes
 * later never stands before who is there, so a newcomer never moves the root.
 */
export class Roster {
  private readonly entries = new Map<MemberId, Entry>();

  /** @param patience how many heartbeats in a row a member may miss; with one more it is gone */
  constructor(private readonly patience: number) {}

  /** Everyone, in order. */
  members(): readonly MemberId[] {
    return [...this.entries]
      .sort(([idA, a], [idB, b]) => a.joined - b.joined || (idA < idB ? -1 : 1))
      .map(([member]) => member);
  }

  /** The latest joining time heard of; 0 if there is none. Who joins next takes a later one. */
  get latest(): number {
    return Math.max(0, ...[...this.entries.values()].map(({ joined }) => joined));
  }

  /** A heartbeat came. That of an earlier life of the member counts for nothing. */
  heard(member: MemberId, joined: number): void {
    const entry = this.entries.get(member);
    if (entry !== undefined && joined < entry.joined) return;
    this.entries.set(member, { joined, missed: 0 });
  }

  /** The member said goodbye, or a life of it did. */
  left(member: MemberId, joined: number): void {
    const entry = this.entries.get(member);
    if (entry !== undefined && entry.joined <= joined) this.entries.delete(member);
  }

  /** A heartbeat of everyone is due: whoever has missed too many is gone. */
  tick(): void {
    for (const [member, entry] of this.entries) if (++entry.missed > this.patience) this.entries.delete(member);
  }
}
