import type { ActorId, DotRange } from "../values/dot.js";
import type { JsonValue } from "../values/json-value.js";
import type { MemberId } from "./transport.js";

/** One value under its dot: accepted by this node from a client, or learned from another member. */
export interface JournalRecord {
  readonly author: ActorId;
  /** The author's number for the value, from 1. */
  readonly number: number;
  /** Never changed once it is here. */
  readonly value: JsonValue;
}

/**
 * What a member writes down so that its next life knows it. Records keep their order: whatever survives of what one life
 * appended is, but for damage to the medium, the beginning of it.
 */
export interface Journal {
  /** Takes a record, which will be written soon; returns at once, and promises nothing before `sync` does. */
  append(record: JournalRecord): void;

  /**
   * Calls `whenDurable` once everything appended so far survives: at once if it does already, otherwise soon, many callers
   * at a time, in the order in which they came. While the medium fails nobody is called: writing is tried again, and those who still wait are called when
   * it works, however late. After a crash nobody is called.
   */
  sync(whenDurable: () => void): void;

  /**
   * The values under these dots need not survive any more; that they were known has to, from the next `sync` on. A journal
   * that lacks this keeps everything.
   */
  forget?(dots: readonly DotRange[]): void;

  /** This life goes on with a larger incarnation; from the next `sync` on later lives get a larger one still. */
  renew?(incarnation: number): void;

  /** Makes everything appended durable, calls those who wait, and lets another process open the journal; all before it returns. */
  close(): void;
}

/** A journal at the start of a life, and what the earlier lives left in it. */
export interface OpenedJournal {
  readonly journal: Journal;
  /** In the order in which they were appended; a dot may come twice, with the same value. */
  readonly records: readonly JournalRecord[];
  /** Dots that were given to `forget`; records of such may still be there. Absent: none. */
  readonly gone?: readonly DotRange[];
  /** This life's incarnation, larger than that of every earlier life; it is durable already. */
  readonly incarnation: number;
  /** Was there an earlier life? It may have left nothing that can be read. */
  readonly hasLivedBefore: boolean;
  /** What was found damaged, and where, one line each: for the operator. The records concerned are missing. */
  readonly problems: readonly string[];
}

/**
 * Opens the journal of a member.
 * @param proposedIncarnation taken if it is larger than that of every earlier life; the time in ms will do, since it may go back
 * @throws {JournalUnavailable}
 */
export type OpenJournal = (member: MemberId, proposedIncarnation: number) => OpenedJournal;

/** The journal cannot be used at all: someone else uses it, it cannot be read or written, or it is not this member's. Says what to do. */
export class JournalUnavailable extends Error {
  override readonly name = "JournalUnavailable";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_JOURNAL_UNAVAILABLE";
}
