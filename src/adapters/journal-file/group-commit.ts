import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import { firstBatch } from "./batch.js";
import type { Entry } from "./entry.js";
import { describeLoss, journalIncomplete, journalLost, journalUnwritable, journalWritable } from "./log-events.js";
import type { SegmentWriter } from "./segment-writer.js";
import { reasonOf } from "./system-error.js";
import { type JournalGone, lossOf } from "./whereabouts.js";

/** Delay before the first retry after a failure, in ms; it doubles with each further failure. */
const SHORTEST_RETRY = 100;
const LONGEST_RETRY = 2000;
/** Interval at which an unused journal checks that it still exists, in ms. */
const IDLE_CHECK = 2000;

interface Waiter {
  /** Number of records since the opening that must be durable. */
  readonly records: number;
  readonly whenDurable: () => void;
}

interface GroupCommitDeps {
  readonly writer: SegmentWriter;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, with a message, when the journal is lost. Waiting callers are not called then. */
  readonly onGone: (problem: string) => void;
}

interface GroupCommitOptions {
  /** The journal's folder, for log lines. */
  readonly folder: string;
  /** Time that a record waits for others, in ms. */
  readonly gatherTime: number;
  /** Whether a record must be synced to be durable, or only written. */
  readonly syncs: boolean;
}

/** Groups records and their waiting callers, so that one write and one sync serve many. */
export class GroupCommit {
  /** Appended and not yet written; those of a batch are removed when it is written, and return if a sync fails. */
  private queue: Entry[] = [];
  private readonly waiters: Waiter[] = [];
  /** Numbers of records since the opening: appended ≥ written ≥ durable. */
  private appended = 0;
  private written = 0;
  private durable = 0;
  private cancelTimer: CancelTask | undefined;
  private isCommitting = false;
  private closed = false;
  /** Time when the current batch must be written, by the clock, in ms; `Infinity` if there is none. */
  private due = Number.POSITIVE_INFINITY;
  /** Delay after the next failure, in ms. */
  private retry = SHORTEST_RETRY;
  private isFailing = false;
  /** Whether the journal is lost: nothing becomes durable any more. */
  private isGone = false;
  private cancelIdleCheck: CancelTask;

  constructor(
    private readonly deps: GroupCommitDeps,
    private readonly options: GroupCommitOptions,
  ) {
    this.cancelIdleCheck = this.watch();
  }

  append(record: Entry): void {
    if (this.closed || this.isGone) return;
    this.queue.push(record);
    this.appended++;
    this.gather();
  }

  sync(whenDurable: () => void): void {
    if (this.closed || this.isGone) return;
    if (this.durable === this.appended) {
      whenDurable();
      return;
    }
    this.waiters.push({ records: this.appended, whenDurable });
    this.gather();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelTimer?.();
    this.cancelIdleCheck();
    try {
      this.deps.writer.finish(this.queue);
      this.deps.writer.check();
    } catch (error) {
      if (this.isGone) return;
      this.deps.log.event(journalIncomplete({ folder: this.options.folder, reason: reasonOf(error) }));
      return;
    }
    this.durable = this.appended;
    this.callWaiters();
  }

  /** Makes sure that a batch is written a gathering time from now, or sooner. */
  private gather(): void {
    if (this.due !== Number.POSITIVE_INFINITY) return;
    this.due = this.deps.clock.now() + this.options.gatherTime;
    if (!this.isCommitting && !this.isFailing) this.schedule(this.options.gatherTime);
  }

  private schedule(delay: number): void {
    this.cancelTimer = this.deps.clock.schedule(delay, () => this.commit());
  }

  private commit(): void {
    this.isCommitting = true;
    this.due = Number.POSITIVE_INFINITY;
    const batch = firstBatch(this.queue);
    if (batch.length === 0) {
      this.confirm();
      return;
    }
    this.deps.writer.write(batch, (error) => {
      if (error !== undefined) {
        this.failed(error);
        return;
      }
      this.queue.splice(0, batch.length);
      this.written += batch.length;
      this.confirm();
    });
  }

  /** Syncs written records if a caller waits for them; a node waits for every value, since reads show none before. */
  private confirm(): void {
    const { written } = this;
    const first = this.waiters[0];
    if (first === undefined || first.records > written) {
      if (!this.options.syncs) this.durable = written;
      this.succeeded();
      return;
    }
    // Does nothing if writing is enough.
    this.deps.writer.sync((failure) => {
      const error = failure ?? this.problem();
      if (error === undefined) {
        this.durable = written;
        this.succeeded();
      } else {
        this.failed(error);
      }
    });
  }

  private succeeded(): void {
    this.isCommitting = false;
    this.retry = SHORTEST_RETRY;
    if (this.isFailing) this.deps.log.event(journalWritable({ folder: this.options.folder }));
    this.isFailing = false;
    const now = this.deps.clock.now();
    if (this.queue.length > 0) this.due = Math.min(this.due, now + this.options.gatherTime);
    if (this.due !== Number.POSITIVE_INFINITY) this.schedule(this.due - now);
    this.callWaiters();
  }

  private failed(error: Error): void {
    this.isCommitting = false;
    const lost = this.deps.writer.takeLost();
    this.queue = [...lost, ...this.queue];
    this.written -= lost.length;
    const loss = lossOf(error, this.options.folder);
    if (loss !== undefined) {
      this.gone(loss);
      return;
    }
    if (!this.isFailing)
      this.deps.log.event(journalUnwritable({ folder: this.options.folder, reason: reasonOf(error) }));
    this.isFailing = true;
    this.schedule(this.retry);
    this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
  }

  private gone({ message }: JournalGone): void {
    this.isGone = true;
    this.cancelTimer?.();
    this.cancelIdleCheck();
    this.queue = [];
    this.waiters.length = 0;
    const { folder } = this.options;
    this.deps.log.event(journalLost({ folder, reason: message }));
    this.deps.onGone(describeLoss(folder, message));
  }

  /** The reason why written records cannot be found again; `undefined` if there is none. */
  private problem(): Error | undefined {
    try {
      this.deps.writer.check();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  /** Notices a loss while nothing is written. */
  private watch(): CancelTask {
    return this.deps.clock.schedule(IDLE_CHECK, () => {
      const error = this.isCommitting ? undefined : this.problem();
      const loss = error && lossOf(error, this.options.folder);
      if (loss === undefined) this.cancelIdleCheck = this.watch();
      else this.gone(loss);
    });
  }

  private callWaiters(): void {
    const ready = this.waiters.findIndex(({ records }) => records > this.durable);
    for (const { whenDurable } of this.waiters.splice(0, ready === -1 ? this.waiters.length : ready)) whenDurable();
  }
}
