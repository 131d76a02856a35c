import type { AckQuery } from "../../../src/domain/messages.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import type { MemberId } from "../../../src/domain/ports/transport.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import type { Router } from "../../../src/domain/write-concern/router.js";

/** A router that only notes the queries. A client's value goes to all other members, and has left already. */
export class RecordingRouter implements Router {
  readonly queries: { at: number; to: MemberId; query: AckQuery; dots: readonly DotRange[] }[] = [];
  readonly expectedTime = 2_000;
  searchPause = 1_000;
  /** How long the reply of a member may take, in ms. */
  replyTime = 300;
  /** Members that the values have not left for. */
  readonly waiting = new Set<MemberId>();

  constructor(
    private readonly clock: Clock,
    private readonly others: readonly MemberId[],
  ) {}

  targets(from: MemberId | undefined): readonly MemberId[] {
    return this.others.filter((member) => member !== from);
  }
  everyone(): readonly MemberId[] {
    return this.others;
  }
  isTreeNeighbour(): boolean {
    return true;
  }
  isToLeave(member: MemberId): boolean {
    return this.waiting.has(member);
  }
  sendQuery(to: MemberId, query: AckQuery, dots: readonly DotRange[] = []): void {
    this.queries.push({ at: this.clock.now(), to, query, dots });
  }
  sendReplies(): void {}
  nextDeparture(): undefined {}
  patience(): number {
    return this.replyTime;
  }
}
