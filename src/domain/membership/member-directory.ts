import { SWIM } from "../config.js";
import type { MemberId } from "../ports/transport.js";
import { SortedList } from "../values/sorted-list.js";
import { hashOf } from "./hash.js";
import { compareMembers, isPresent, type MemberRecord, type MemberState, supersedes } from "./member-record.js";

interface Entry {
  readonly record: MemberRecord;
  /** When this node learned it, in ms. */
  readonly since: number;
}

/** A record that was replaced, if there was one, and its successor. */
export interface MemberChange {
  readonly before: MemberRecord | undefined;
  readonly after: MemberRecord;
}

/**
 * The latest record of each member. Members exchange records in any order and any number of times, and end with the same
 * ones. Records of members that are gone are kept for a while.
 */
export class MemberDirectory {
  private readonly entries = new Map<MemberId, Entry>();
  private readonly ordered = new SortedList<MemberRecord>(compareMembers);
  /** The entries of members that are gone, in the order in which this node learned it. */
  private readonly gone = new Map<MemberId, Entry>();
  private checksum = 0;
  private latestJoined = 0;

  /** The present members, oldest first. */
  present(): readonly MemberRecord[] {
    return this.ordered.values();
  }

  /** The members that were lost, and may come back. */
  lost(): MemberRecord[] {
    return [...this.gone.values()].flatMap(({ record }) => (record.state === "lost" ? [record] : []));
  }

  /** All records. */
  records(): MemberRecord[] {
    return [...this.entries.values()].map(({ record }) => record);
  }

  get(id: MemberId): MemberRecord | undefined {
    return this.entries.get(id)?.record;
  }

  /** The state of the member; `undefined` if there is no record of it. */
  stateOf(id: MemberId): MemberState | undefined {
    return this.get(id)?.state;
  }

  has(id: MemberId): boolean {
    const record = this.get(id);
    return record !== undefined && isPresent(record);
  }

  /** The latest joining time of any record that this node has seen; 0 if there was none. */
  get latest(): number {
    return this.latestJoined;
  }

  /** A member has joined at this time. */
  learnTime(joined: number): void {
    this.latestJoined = Math.max(this.latestJoined, joined);
  }

  /** Equal on nodes with the same present members, in the same lives and versions. */
  get fingerprint(): string {
    return `${this.ordered.length}:${this.checksum.toString(16)}`;
  }

  /**
   * Takes a record.
   * @returns the change; `undefined` if the record is not news. A record of an unknown member that is gone is none: all
   * that it says is that nothing needs to be done.
   */
  merge(record: MemberRecord, now: number): MemberChange | undefined {
    this.learnTime(record.joined);
    const before = this.get(record.id);
    if (before === undefined ? !isPresent(record) : !supersedes(record, before)) return undefined;
    if (before !== undefined) this.remove(before);
    const entry = { record, since: now };
    this.entries.set(record.id, entry);
    if (isPresent(record)) {
      this.ordered.add(record);
      this.checksum = (this.checksum ^ this.hashOf(record)) >>> 0;
    } else {
      this.gone.set(record.id, entry);
      this.dropOldest();
    }
    return { before, after: record };
  }

  /** Forgets members that have been gone for long enough. */
  expire(now: number): void {
    for (const [id, { record, since }] of this.gone)
      if (now - since > (record.state === "left" ? SWIM.leftMemory : SWIM.lostMemory)) this.forget(id);
  }

  private remove(record: MemberRecord): void {
    if (!isPresent(record)) {
      this.gone.delete(record.id);
      return;
    }
    this.ordered.remove(record);
    this.checksum = (this.checksum ^ this.hashOf(record)) >>> 0;
  }

  private dropOldest(): void {
    for (const oldest of this.gone.keys()) {
      if (this.gone.size <= SWIM.mostGone) return;
      this.forget(oldest);
    }
  }

  private forget(id: MemberId): void {
    this.gone.delete(id);
    this.entries.delete(id);
  }

  private hashOf({ id, joined, version }: MemberRecord): number {
    return hashOf(`${joined} ${version} ${id}`);
  }
}
