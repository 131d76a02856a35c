import type { ActorId, DotRange } from "../values/dot.js";
import type { JsonValue } from "../values/json-value.js";
import type { LogEvent } from "./log.js";
import type { MemberId } from "./transport.js";

/** One value under its dot: accepted by this node from a client, or learned from another member. */
export interface JournalRecord {
  readonly author: ActorId;
  /** The number of the value among those of its actor, from 1. */
  readonly number: number;
  /** The value, which never changes. */
  readonly value: JsonValue;
}

/**
 * Stores values so that the next incarnation of a member has them. Records keep their order: except for damage to the
 * medium, the surviving records of an incarnation are a prefix of those that it appended.
 */
export interface Journal {
  /** Adds a record, which will be written soon. Returns at once; only `sync` reports when the record is durable. */
  append(record: JournalRecord): void;

  /**
   * Calls `whenDurable` once everything appended so far is durable: at once if it is already, otherwise soon, in the
   * order of the calls. While the medium fails, the journal tries again and calls back once it succeeds. After a crash
   * there is no call.
   */
  sync(whenDurable: () => void): void;

  /**
   * Marks dots as deleted: their values need not survive, but from the next `sync` on their dots must. A journal
   * without this method keeps everything.
   */
  forget?(dots: readonly DotRange[]): void;

  /** Continues with a larger incarnation. From the next `sync` on, later incarnations are larger than this one. */
  renew?(incarnation: number): void;

  /**
   * Makes everything appended durable, makes all pending calls, and releases the journal for other processes, before it
   * returns.
   */
  close(): void;
}

/** An opened journal, and the records of earlier incarnations. */
export interface OpenedJournal {
  readonly journal: Journal;
  /** The records in the order in which they were appended. A dot may occur twice, with the same value. */
  readonly records: readonly JournalRecord[];
  /** Dots that were given to `forget`; their records may still be present. Absent if there are none. */
  readonly gone?: readonly DotRange[];
  /** The new incarnation, larger than every earlier one. It is durable already. */
  readonly incarnation: number;
  /** Whether there was an earlier incarnation. It may have left no readable record. */
  readonly hasLivedBefore: boolean;
  /** What was found damaged or cut short, for the operator. The records concerned are missing. */
  readonly problems: readonly LogEvent[];
}

/**
 * Opens the journal of a member.
 * @param proposedIncarnation used if it is larger than every earlier incarnation; the time in ms is suitable, even
 * though it may go back
 * @throws {JournalUnavailable} if the journal cannot be opened; the message says why, and what to do
 */
export type OpenJournal = (member: MemberId, proposedIncarnation: number) => OpenedJournal;

/**
 * Thrown if the journal cannot be used: another process uses it, it cannot be read or written, or it belongs to another
 * member. The message says what to do.
 */
export class JournalUnavailable extends Error {
  override readonly name = "JournalUnavailable";
  /** Identical in every copy of this module, unlike the class itself. */
  readonly code = "TIDECAST_JOURNAL_UNAVAILABLE";
}
