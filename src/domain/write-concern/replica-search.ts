import { WRITE_CONCERN } from "../config.js";
import type { Identity } from "../identity/identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite, WaitingClient } from "./pending-write.js";
import type { PendingWrites } from "./pending-writes.js";
import { type Router, UNROUTED } from "./router.js";

/**
 * Returns when a value is first searched for, by this node's clock, in ms.
 * @param now when the client's request came
 * @param timeout the client's timeout, in ms
 * @param usual time after which the holders of a value should be known, in ms
 */
export function firstSearch(now: number, timeout: number, usual: number): number {
  return now + Math.min(usual, Math.max(timeout / 2, timeout - WRITE_CONCERN.searchTime));
}

interface ReplicaSearchDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly writes: PendingWrites;
}

/**
 * Searches for members that have a value when the tree has not replied in time. First it repeats the open queries. Then
 * it queries members directly, and sends them the value with the query, regardless of the pacer.
 */
export class ReplicaSearch {
  private next: { readonly at: number; readonly cancel: CancelTask } | undefined;

  private router: Router = UNROUTED;

  constructor(private readonly deps: ReplicaSearchDeps) {}

  /** Members are queried through this router from now on. */
  connect(router: Router): void {
    this.router = router;
  }

  /** Plans the client's search for its time, if it has one. */
  plan({ searchAt }: WaitingClient): void {
    if (searchAt === Number.POSITIVE_INFINITY) return;
    if (this.next !== undefined && this.next.at <= searchAt) return;
    this.next?.cancel();
    this.next = {
      at: searchAt,
      cancel: this.deps.clock.schedule(searchAt - this.deps.clock.now(), () => this.search()),
    };
  }

  stop(): void {
    this.next?.cancel();
    this.next = undefined;
  }

  private search(): void {
    this.next = undefined;
    const { router } = this;
    const now = this.deps.clock.now();
    const [again, past] = [new Map<MemberId, VersionVector>(), new Map<MemberId, VersionVector>()];
    for (const value of this.deps.writes.all())
      for (const client of value.clients) {
        if (client.searchAt > now + WRITE_CONCERN.searchTogether) continue;
        const isFirst = client.searches === 0 && value.queried.size > 0;
        client.searches = Math.max(client.searches, isFirst ? 0 : 1);
        const members = isFirst ? value.queried : this.missing(value, client.searches === 1);
        for (const member of members) {
          const group = isFirst ? again : past;
          const dots = group.get(member) ?? new VersionVector();
          group.set(member, dots);
          dots.add([value.actor, value.number, 1]);
        }
        const pause = router.searchPause * WRITE_CONCERN.searchBackOff ** client.searches;
        client.searchAt =
          now + Math.min(Math.max(pause, WRITE_CONCERN.searchTogether), WRITE_CONCERN.longestSearchPause);
        client.searches++;
      }
    for (const { clients } of this.deps.writes.all()) for (const client of clients) this.plan(client);
    if (past.size > 0) this.takeAlong(past, now);
    for (const [member, dots] of again) router.sendQuery(member, { count: 1, within: 0, vector: dots.toWire() });
    for (const [member, dots] of past)
      router.sendQuery(member, { count: 1, within: 0, vector: dots.toWire() }, [
        ...dots.meet(this.deps.values.held).ranges(),
      ]);
  }

  /**
   * Adds values to a direct query if their clients have waited for half of the time. They are probably delayed by the
   * same fault, and each search costs a message per member.
   */
  private takeAlong(queries: ReadonlyMap<MemberId, VersionVector>, now: number): void {
    for (const value of this.deps.writes.all()) {
      const isDue = [...value.clients].some(({ cameAt, searchAt }) => now - cameAt >= (searchAt - cameAt) / 2);
      if (!isDue) continue;
      for (const [member, dots] of queries) if (!value.holders.has(member)) dots.add([value.actor, value.number, 1]);
    }
  }

  /** The members to query about the value. */
  private missing(value: PendingWrite, isFirst: boolean): readonly MemberId[] {
    const further = value.further(this.deps.identity.members);
    const missing = this.router.everyone().filter((member) => !value.holders.has(member));
    if (further <= 0) return [];
    return isFirst ? missing.slice(0, further + WRITE_CONCERN.spareMembers) : missing;
  }
}
