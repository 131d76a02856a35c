import { SWIM } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberChannel } from "../ports/member-channel.js";
import type { MemberId } from "../ports/transport.js";
import type { MemberDirectory } from "./member-directory.js";
import type { MemberRecord } from "./member-record.js";
import type { Ring } from "./ring.js";
import { sendRecords } from "./send-records.js";

interface NewsSpreaderDeps {
  readonly channel: MemberChannel;
  readonly clock: Clock;
  readonly ring: Ring;
  readonly directory: MemberDirectory;
}

interface News {
  readonly record: MemberRecord;
  /** The member that told it; `undefined` if this node has found out itself. */
  readonly from: MemberId | undefined;
}

/**
 * Passes news on to the members at the chords of the ring. Each member passes on what is new to it, so news reaches all
 * members in as many hops as the number of members has binary digits, at most. Many members may fail at once, and take
 * news with them that they should have passed on: the members that take their places on the chords get them again.
 */
export class NewsSpreader {
  private readonly pending = new Map<MemberId, News>();
  /** The latest news of failures, by when this node sent them, the oldest first. */
  private readonly failures = new Map<MemberId, { readonly record: MemberRecord; readonly at: number }>();
  /** The members on this node's chords when it sent news last. */
  private reached: ReadonlySet<MemberId> = new Set();
  private sentAt = Number.NEGATIVE_INFINITY;
  private cancel: CancelTask | undefined;

  constructor(private readonly deps: NewsSpreaderDeps) {}

  /** Queues the record: news of one moment leave together. */
  spread(record: MemberRecord, from?: MemberId): void {
    this.pending.set(record.id, { record, from });
    const { clock } = this.deps;
    this.cancel ??= clock.schedule(this.sentAt + SWIM.newsPause - clock.now(), () => this.flush());
  }

  /** Sends all news now. @param others further members that get them */
  flush(others: readonly MemberId[] = []): void {
    this.close();
    const news = [...this.pending.values()];
    this.pending.clear();
    if (news.length === 0) return;
    const { clock, ring, directory } = this.deps;
    const now = clock.now();
    this.sentAt = now;
    this.forgetOldFailures(now);
    const suspects = news.flatMap(({ record: { id, state } }) => (state === "suspect" ? [id] : []));
    const chords = ring.chords((member) => directory.stateOf(member) === "alive");
    for (const member of new Set([...chords, ...suspects, ...others])) {
      // A suspect has to hear of it, to refute it.
      const records = news.flatMap(({ record, from }) =>
        from === member || (record.id === member && record.state !== "suspect") ? [] : [record],
      );
      const isNew = chords.has(member) && !this.reached.has(member);
      if (isNew) records.push(...this.earlierFailures(news));
      if (records.length > 0) sendRecords(this.deps.channel, member, records);
    }
    this.reached = chords;
    for (const { record } of news) this.remember(record, now);
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private earlierFailures(news: readonly News[]): MemberRecord[] {
    const sent = new Set(news.map(({ record }) => record.id));
    return [...this.failures.values()].flatMap(({ record }) => (sent.has(record.id) ? [] : [record]));
  }

  private remember(record: MemberRecord, now: number): void {
    this.failures.delete(record.id);
    if (record.state === "suspect" || record.state === "lost") this.failures.set(record.id, { record, at: now });
  }

  private forgetOldFailures(now: number): void {
    for (const [id, { at }] of this.failures) {
      if (now - at <= SWIM.newsMemory) return;
      this.failures.delete(id);
    }
  }
}
