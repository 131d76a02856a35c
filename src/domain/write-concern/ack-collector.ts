import type { Piggyback } from "../batching/piggyback.js";
import { WRITE_CONCERN } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Identity } from "../identity/identity.js";
import type { AckQuery, AckReply } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Journal } from "../ports/journal.js";
import type { MemberId } from "../ports/transport.js";
import type { ActorId, DotRange } from "../values/dot.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import { AckOutbox } from "./ack-outbox.js";
import type { PendingWrite, Requester, WaitingClient } from "./pending-write.js";
import { PendingWrites } from "./pending-writes.js";
import { cachedTargets, QueryPlanner, type Targets } from "./query-planner.js";
import { firstSearch, ReplicaSearch } from "./replica-search.js";
import { type Router, UNROUTED } from "./router.js";
import type { UnmetWriteConcern, WriteConcern } from "./write-concern.js";

interface AckCollectorDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly journal: Journal;
}

/**
 * Collects acknowledgements for clients that require several members to have a value. A query follows the value, and
 * rides on the same message. Each member replies for itself and for the members that got the value from it, so replies
 * return along the tree, for many values at a time. A member counts only once it has confirmed that it stores the value
 * as durably as its own. If the tree fails, members are queried one by one, and get the value with the query.
 */
export class AckCollector implements Piggyback {
  private readonly writes: PendingWrites;
  private readonly outbox: AckOutbox;
  private readonly queries: QueryPlanner;
  private readonly expiries = new Set<CancelTask>();
  private readonly search: ReplicaSearch;
  private router: Router = UNROUTED;

  constructor(private readonly deps: AckCollectorDeps) {
    this.writes = new PendingWrites(deps.identity.self);
    this.search = new ReplicaSearch({ ...deps, writes: this.writes });
    this.queries = new QueryPlanner(deps, this.writes, (values) => this.settle(values));
    this.outbox = new AckOutbox(deps, (member) => this.router.sendReplies(member));
  }

  /** Members can be queried from now on. */
  connect(router: Router): void {
    this.route(router);
    this.settle([...this.writes.all()]);
  }

  /** No member can be queried until the next `connect`. Clients keep waiting. */
  close(): void {
    this.route(UNROUTED);
    for (const cancel of this.expiries) cancel();
    this.expiries.clear();
    for (const value of this.writes.all()) {
      value.requesters.clear();
      value.queried.clear();
      value.replied.clear();
    }
  }

  /** Stops permanently: no client gets an answer. */
  stop(): void {
    this.close();
    this.search.stop();
    for (const value of this.writes.all()) {
      for (const client of value.clients) client.cancel();
      value.clients.clear();
    }
  }

  /**
   * A client waits until enough members have a value that is here. The call has to come before the value leaves.
   * @param answer called once: without an argument when enough members have the value, or with the unmet write concern
   * after the timeout
   */
  await(
    actor: ActorId,
    number: number,
    { nodes, timeout, followsTree = false, replyWithin = WRITE_CONCERN.piggybackTime }: WriteConcern,
    answer: (unmet?: UnmetWriteConcern) => void,
  ): void {
    const value = this.writes.at(actor, number);
    // No search will repeat a question that was lost; the client asks again instead.
    if (followsTree) value.forgetQueries();
    const now = this.deps.clock.now();
    const usual = this.router.expectedTime;
    const client: WaitingClient = {
      nodes,
      replyWithin,
      cameAt: now,
      searchAt: followsTree ? Number.POSITIVE_INFINITY : firstSearch(now, timeout, usual),
      searches: 0,
      cancel: this.deps.clock.schedule(timeout, () => {
        value.clients.delete(client);
        this.dropIfIdle(value);
        answer(value.unmet(client, this.deps.identity.members));
      }),
      answer,
    };
    value.clients.add(client);
    this.search.plan(client);
    this.deps.journal.sync(() => this.confirmHere([value]));
  }

  /**
   * Handles a query.
   * @param isDirect whether the sender has sent the values and sends them to every other member itself
   */
  queryReceived(from: MemberId, { count, within: proposed, vector }: AckQuery, isDirect: boolean): void {
    // A correct member does not propose a longer time.
    const within = Math.min(proposed, WRITE_CONCERN.piggybackTime);
    // Values that are not here are skipped. The message that brings them asks again.
    const dots = VersionVector.fromWire(vector).meet(this.deps.values.known);
    const until = this.deps.clock.now() + WRITE_CONCERN.queryMemory;
    const isRelayed = count > 1 && !isDirect && this.router.isTreeNeighbour(from);
    const values: PendingWrite[] = [];
    for (const [actor, first, length] of dots.ranges())
      for (let number = first; number < first + length; number++) {
        const value = this.writes.at(actor, number);
        const requester = value.requesters.get(from);
        if (requester === undefined)
          value.requesters.set(from, { count, within, isRelayed, reported: 0, isServed: false, until });
        // A member that asks again has not received the reply, or wants what is known now.
        else
          Object.assign(requester, {
            count: Math.max(count, requester.count),
            within,
            reported: 0,
            isServed: false,
            until,
          });
        values.push(value);
      }
    if (values.length === 0) return;
    this.expireLater(from, values);
    this.deps.journal.sync(() => {
      this.confirmHere(values);
      this.replyWithKnown(from, values, count);
    });
  }

  /** Handles replies of a member. */
  repliesReceived(from: MemberId, replies: readonly AckReply[]): void {
    const changed = new Set<PendingWrite>();
    for (const { by, vector } of replies) {
      const dots = VersionVector.fromWire(vector);
      const holders = by.filter(
        (member) => member !== this.deps.identity.self && this.deps.identity.members.includes(member),
      );
      if (holders.includes(from)) this.deps.peers.of(from).confirm(dots.meet(this.deps.values.known).ranges());
      for (const value of this.writes.within(dots)) {
        for (const holder of holders) value.holders.add(holder);
        value.queried.delete(from);
        value.replied.add(from);
        changed.add(value);
      }
    }
    this.settle([...changed]);
  }

  /** Another member has these values already. They will not leave for it, so a query has to be sent separately. */
  heldByOthers(dots: VersionVector): void {
    if (this.writes.size > 0) this.queries.sendFor([...this.writes.within(dots)]);
  }

  query(member: MemberId, dots: readonly DotRange[], isDirect: boolean): AckQuery | undefined {
    return this.queries.about(member, dots, isDirect);
  }

  get isQuerying(): boolean {
    return this.writes.size > 0;
  }

  replies(member: MemberId, room: number): readonly AckReply[] | undefined {
    return this.outbox.take(member, room);
  }

  /** The member has restarted, and may have lost values. */
  peerRestarted(member: MemberId): void {
    this.outbox.drop(member);
    for (const value of this.writes.all()) value.forget(member);
  }

  /** The members of the cluster have changed. */
  membersChanged(): void {
    const { members } = this.deps.identity;
    for (const value of this.writes.all()) value.forgetAllBut(members);
    this.settle([...this.writes.all()]);
  }

  private route(router: Router): void {
    this.router = router;
    this.search.connect(router);
    this.queries.connect(router);
  }

  /** These values are durable on this node. */
  private confirmHere(values: readonly PendingWrite[]): void {
    for (const value of values) value.holders.add(this.deps.identity.self);
    this.settle(values);
  }

  /** Answers the clients and requesters of these values as far as possible, and queries further members for the rest. */
  private settle(values: readonly PendingWrite[]): void {
    const { members } = this.deps.identity;
    const targets = cachedTargets(this.router);
    for (const value of values) {
      for (const client of value.clients) {
        if (!value.satisfies(client, members)) continue;
        value.clients.delete(client);
        client.cancel();
        client.answer();
      }
      for (const [member, requester] of value.requesters) {
        if (requester.isServed) continue;
        requester.isServed = value.suffices(member, requester);
        const isNews = () => value.namesFor(member).length > requester.reported;
        if (requester.isServed || (this.isExhausted(value, member, requester, targets) && isNews()))
          this.reply(member, requester, value, targets);
      }
      this.dropIfIdle(value);
    }
    this.queries.sendFor(values);
  }

  /** Whether no further member can reply. Later replies are passed on as they come. */
  private isExhausted(value: PendingWrite, member: MemberId, { isRelayed }: Requester, targets: Targets): boolean {
    if (!value.isDurableHere) return false;
    if (!isRelayed) return true;
    const { replied, holders, requesters } = value;
    return targets(member).every((target) => [replied, holders, requesters].some((known) => known.has(target)));
  }

  /**
   * Replies at once to a query about this node alone, or to a repeated one. Other queries are answered once all members
   * have replied.
   */
  private replyWithKnown(from: MemberId, values: readonly PendingWrite[], count: number): void {
    if (count > 1) return;
    const targets = cachedTargets(this.router);
    for (const value of values) {
      const requester = value.requesters.get(from);
      if (requester !== undefined && value.namesFor(from).length > requester.reported)
        this.reply(from, requester, value, targets);
    }
  }

  private reply(member: MemberId, requester: Requester, value: PendingWrite, targets: Targets): void {
    const by = value.namesFor(member);
    const isAddition = requester.reported > 0 && !requester.isServed;
    requester.reported = by.length;
    const hadToQuery = requester.isRelayed && targets(member).length > 0;
    const due = this.dueFor(member, requester, hadToQuery);
    this.outbox.add(
      member,
      value,
      by,
      isAddition ? Math.max(due, this.deps.clock.now() + WRITE_CONCERN.newsPause) : due,
    );
  }

  /**
   * When a reply leaves, by this node's clock, in ms. A reply that cannot ride on a message leaves at once, since
   * waiting gains nothing. Otherwise it leaves at the time of that message, even if the message does not leave:
   * slightly later it would miss the parent's departure, and arrive one round too late.
   */
  private dueFor(member: MemberId, { within }: Requester, hadToQuery: boolean): number {
    const now = this.deps.clock.now();
    // The members that this node queried may use the other half of the time.
    const latest = now + (hadToQuery ? within / 2 : within);
    const departure = this.router.nextDeparture(member);
    if (departure === undefined) return latest;
    return departure <= latest ? departure : now;
  }

  private expireLater(from: MemberId, values: readonly PendingWrite[]): void {
    const cancel = this.deps.clock.schedule(WRITE_CONCERN.queryMemory, () => {
      this.expiries.delete(cancel);
      const now = this.deps.clock.now();
      for (const value of values) {
        const requester = value.requesters.get(from);
        if (requester !== undefined && requester.until <= now) value.requesters.delete(from);
        this.dropIfIdle(value);
      }
    });
    this.expiries.add(cancel);
  }

  private dropIfIdle(value: PendingWrite): void {
    if (value.isIdle || (value.isSettled && this.writes.size > WRITE_CONCERN.queriesRemembered))
      this.writes.drop(value);
  }
}
