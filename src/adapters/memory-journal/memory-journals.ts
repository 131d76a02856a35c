import { journalCutShort, journalDamaged } from "../../domain/log/events.js";
import type { Clock } from "../../domain/ports/clock.js";
import {
  type Journal,
  type JournalRecord,
  JournalUnavailable,
  type OpenedJournal,
} from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { JsonValue } from "../../domain/values/json-value.js";

export interface MemoryJournalOptions {
  /** When a record counts as durable: synced to the medium, or only written. Default `always`. */
  readonly fsync?: "always" | "never";
  /** Time that a record waits for others before it is written, in ms. Default 10. */
  readonly gatherTime?: number;
  /** Time that the medium needs to sync written records, in ms. Default 2. */
  readonly syncTime?: number;
}

/** The part of the written but not synced records that a crash leaves: synced ones always stay. */
export interface Crash {
  /** Number of these records that stay, the earliest first. All of them if a process is killed (the default); any number after a power cut. */
  readonly survivors?: number;
  /** Whether part of the next record stays. It is lost, and the next opening reports it. Default false. */
  readonly torn?: boolean;
}

/** The part that outlives a member: its medium. */
interface Medium {
  readonly stored: { readonly record: JournalRecord; isDamaged: boolean }[];
  /** Number of synced records among `stored`. */
  synced: number;
  isTorn: boolean;
  incarnation: number;
  life: Life | undefined;
}

/** The journals of a whole cluster without a disk: they outlive their nodes, crash on demand, and take time only on the clock. */
export class MemoryJournals {
  private readonly media = new Map<MemberId, Medium>();
  private readonly options: Required<MemoryJournalOptions>;

  constructor(
    private readonly clock: Clock,
    options: MemoryJournalOptions = {},
  ) {
    this.options = { fsync: "always", gatherTime: 10, syncTime: 2, ...options };
  }

  /** Implements the port `OpenJournal`. */
  readonly open = (member: MemberId, proposedIncarnation: number): OpenedJournal => {
    const medium = this.mediumOf(member);
    if (medium.life !== undefined)
      throw new JournalUnavailable(`the journal of ${member} is in use; close it, or crash it, first`);
    // There are no bytes: a record counts as one.
    const file = `the journal of ${member} in memory`;
    const problems = medium.stored.flatMap(({ isDamaged }, index) =>
      isDamaged ? [journalDamaged({ file, offset: index, bytes: 1 })] : [],
    );
    if (medium.isTorn) problems.push(journalCutShort({ file, offset: medium.stored.length, bytes: 1 }));
    medium.isTorn = false;
    const hasLivedBefore = medium.incarnation > 0;
    medium.incarnation = Math.max(proposedIncarnation, medium.incarnation + 1);
    medium.life = new Life(medium, this.clock, this.options);
    const records = medium.stored.flatMap(({ record, isDamaged }) => (isDamaged ? [] : [record]));
    return { journal: medium.life, records, incarnation: medium.incarnation, hasLivedBefore, problems };
  };

  /** Ends the member at once: unwritten records are lost, and waiting callers are not called. */
  crash(member: MemberId, { survivors = Number.POSITIVE_INFINITY, torn = false }: Crash = {}): void {
    const medium = this.mediumOf(member);
    const unwritten = medium.life?.abandon() ?? 0;
    const unsynced = medium.stored.splice(medium.synced);
    medium.stored.push(...unsynced.slice(0, survivors));
    const isCut = unsynced.length + unwritten > Math.min(survivors, unsynced.length);
    medium.isTorn ||= torn && isCut;
    medium.synced = medium.stored.length;
    medium.life = undefined;
  }

  /** Damages a stored record: it is lost, and each later opening reports it. Does nothing if there is no such record. */
  damage(member: MemberId, index: number): void {
    const stored = this.mediumOf(member).stored[index];
    if (stored !== undefined) stored.isDamaged = true;
  }

  /** Number of records that a member has stored, including damaged ones. */
  size(member: MemberId): number {
    return this.mediumOf(member).stored.length;
  }

  /** Whether the member would know the value after a power cut at this moment. */
  holdsForGood(member: MemberId, value: JsonValue): boolean {
    const { stored, synced } = this.mediumOf(member);
    return stored.slice(0, synced).some(({ record, isDamaged }) => !isDamaged && record.value === value);
  }

  private mediumOf(member: MemberId): Medium {
    let medium = this.media.get(member);
    if (medium === undefined) {
      medium = { stored: [], synced: 0, isTorn: false, incarnation: 0, life: undefined };
      this.media.set(member, medium);
    }
    return medium;
  }
}

/** The journal in one life of a member. */
class Life implements Journal {
  private gathered: JournalRecord[] = [];
  private readonly waiters: { readonly records: number; readonly whenDurable: () => void }[] = [];
  /** Number of durable records, counted like `medium.stored`. */
  private durable: number;
  private isScheduled = false;
  private isOver = false;

  constructor(
    private readonly medium: Medium,
    private readonly clock: Clock,
    private readonly options: Required<MemoryJournalOptions>,
  ) {
    this.durable = medium.stored.length;
  }

  append(record: JournalRecord): void {
    if (this.isOver) return;
    this.gathered.push(record);
    this.gather();
  }

  sync(whenDurable: () => void): void {
    if (this.isOver) return;
    const records = this.medium.stored.length + this.gathered.length;
    if (records === this.durable) {
      whenDurable();
      return;
    }
    this.waiters.push({ records, whenDurable });
    this.gather();
  }

  renew(incarnation: number): void {
    if (!this.isOver) this.medium.incarnation = Math.max(this.medium.incarnation, incarnation);
  }

  close(): void {
    if (this.isOver) return;
    this.write();
    this.isOver = true;
    this.medium.life = undefined;
    this.confirm(this.medium.stored.length);
  }

  /** Ends this life silently; returns the number of unwritten records. */
  abandon(): number {
    this.isOver = true;
    return this.gathered.length;
  }

  private gather(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.clock.schedule(this.options.gatherTime, () => this.commit());
  }

  /** Writes the gathered records; the next batch gathers until this one is durable, and at least for its own time. */
  private commit(): void {
    if (this.isOver) return;
    this.write();
    const { length } = this.medium.stored;
    if (this.options.fsync === "never") this.finish(length);
    else if (this.waiters.length > 0) this.clock.schedule(this.options.syncTime, () => this.finish(length));
    else this.isScheduled = false;
  }

  private write(): void {
    for (const record of this.gathered.splice(0)) this.medium.stored.push({ record, isDamaged: false });
  }

  private finish(records: number): void {
    if (this.isOver) return;
    this.isScheduled = false;
    if (this.gathered.length > 0 || this.waiters.some((waiter) => waiter.records > records)) this.gather();
    this.confirm(records);
  }

  private confirm(records: number): void {
    this.durable = records;
    if (this.options.fsync === "always") this.medium.synced = records;
    const ready = this.waiters.findIndex((waiter) => waiter.records > records);
    for (const { whenDurable } of this.waiters.splice(0, ready === -1 ? this.waiters.length : ready)) whenDurable();
  }
}
