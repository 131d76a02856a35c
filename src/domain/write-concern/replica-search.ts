import { WRITE_CONCERN } from "../config.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite, WaitingClient } from "./pending-write.js";
import type { PendingWrites } from "./pending-writes.js";
import { type Router, UNROUTED } from "./router.js";

/**
 * When a value is searched for first, by this node's clock, in ms.
 * @param now when the client came
 * @param timeout how long it waits
 * @param usual after how long the value should be known to be everywhere
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
 * Looks for members that have what clients wait for, when the tree has not told in time: asks first whoever has been asked
 * and has not answered yet; then members one by one, and sends them the values, whatever the rhythm says.
 */
export class ReplicaSearch {
  private next: { readonly at: number; readonly cancel: CancelTask } | undefined;

  private router: Router = UNROUTED;

  constructor(private readonly deps: ReplicaSearchDeps) {}

  /** From now on members are queried by way of this router. */
  connect(router: Router): void {
    this.router = router;
  }

  /** The client's search is due at its time; until then nothing happens. */
  plan({ searchAt }: WaitingClient): void {
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
          dots.add([value.author, value.number, 1]);
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
        ...dots.meet(this.deps.values.held).runs(),
      ]);
  }

  /**
   * Where members have to be asked one by one, values that have waited for half their time go along: they are probably held up
   * by the same, and each search costs a message for each member.
   */
  private takeAlong(questions: ReadonlyMap<MemberId, VersionVector>, now: number): void {
    for (const value of this.deps.writes.all()) {
      const isDue = [...value.clients].some(({ cameAt, searchAt }) => now - cameAt >= (searchAt - cameAt) / 2);
      if (!isDue) continue;
      for (const [member, dots] of questions) if (!value.holders.has(member)) dots.add([value.author, value.number, 1]);
    }
  }

  /** The members that the value has to be sought at. */
  private missing(value: PendingWrite, isFirst: boolean): readonly MemberId[] {
    const further = value.further(this.deps.identity.members);
    const missing = this.router.everyone().filter((member) => !value.holders.has(member));
    if (further <= 0) return [];
    return isFirst && further < missing.length ? missing.slice(0, further + WRITE_CONCERN.spareMembers) : missing;
  }
}
