import { SWIM } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberChannel } from "../ports/member-channel.js";
import type { MemberId } from "../ports/transport.js";
import type { MemberRecord } from "./member-record.js";
import type { Ring } from "./ring.js";
import { sendRecords } from "./send-records.js";

interface NewsSpreaderDeps {
  readonly channel: MemberChannel;
  readonly clock: Clock;
  readonly ring: Ring;
}

interface News {
  readonly record: MemberRecord;
  /** The member that told it; `undefined` if this node has found out itself. */
  readonly from: MemberId | undefined;
}

/**
 * Passes news on to the members at the chords of the ring. Each member passes on what is new to it, so news reach all
 * members in as many hops as the number of members has binary digits, at most.
 */
export class NewsSpreader {
  private readonly pending = new Map<MemberId, News>();
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
    this.sentAt = this.deps.clock.now();
    const suspects = news.flatMap(({ record: { id, state } }) => (state === "suspect" ? [id] : []));
    for (const member of new Set([...this.deps.ring.chords(), ...suspects, ...others])) {
      // A suspect has to hear of it, to refute it.
      const records = news.flatMap(({ record, from }) =>
        from === member || (record.id === member && record.state !== "suspect") ? [] : [record],
      );
      if (records.length > 0) sendRecords(this.deps.channel, member, records);
    }
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
