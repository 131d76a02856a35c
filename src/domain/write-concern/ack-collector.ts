import type { Piggyback } from "../batching/piggyback.js";
import { WRITE_CONCERN } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Identity } from "../identity.js";
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
import { firstSearch, ReplicaSearch } from "./replica-search.js";
import { type Router, UNROUTED } from "./router.js";
import type { UnmetWriteConcern, WriteConcern } from "./write-concern.js";

/** Those to whom a value goes that came from a member, or from a client. */
type Audience = (from: MemberId | undefined) => readonly MemberId[];

/** A neighbour that was asked, and by when its answer should have come. */
interface OpenQuery {
  readonly neighbour: MemberId;
  readonly values: readonly PendingWrite[];
  readonly cancel: CancelTask;
}

interface AckCollectorDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly journal: Journal;
}

/**
 * Finds out who has a value, for clients that want more than this node's word. A question goes the way of the value, and
 * rides along; each member answers for itself and for those that have the value from it, so the names come back along the
 * tree, many values at a time. Members count that have said that they have the value for good, as safely as each keeps its
 * own: nobody counts by guess. Where the tree fails, members are asked one by one, and given the value at once.
 */
export class AckCollector implements Piggyback {
  private readonly writes: PendingWrites;
  private readonly answersDue: AckOutbox;
  private readonly questions = new Set<OpenQuery>();
  private readonly memories = new Set<CancelTask>();
  private readonly search: ReplicaSearch;
  private router: Router = UNROUTED;

  constructor(private readonly deps: AckCollectorDeps) {
    this.writes = new PendingWrites(deps.identity.self);
    this.search = new ReplicaSearch({ ...deps, writes: this.writes });
    this.answersDue = new AckOutbox(deps, (member) => this.router.sendReplies(member));
  }

  /** From now on others can be asked. */
  connect(router: Router): void {
    this.router = router;
    this.search.connect(router);
    this.settle([...this.writes.all()]);
  }

  /** For the time being nobody can be asked; clients go on waiting. */
  close(): void {
    this.router = UNROUTED;
    this.search.connect(UNROUTED);
    for (const { cancel } of this.questions) cancel();
    this.questions.clear();
    for (const cancel of this.memories) cancel();
    this.memories.clear();
    for (const value of this.writes.all()) {
      value.requesters.clear();
      value.queried.clear();
      value.replied.clear();
    }
  }

  /** Nobody is answered any more. */
  stop(): void {
    this.close();
    this.search.stop();
    for (const value of this.writes.all()) {
      for (const client of value.clients) client.cancel();
      value.clients.clear();
    }
  }

  /**
   * A client waits until enough members have a value that is here; to be called before the value leaves.
   * @param answer called once: with nothing when enough have it, or after the timeout with what is known by then
   */
  await(
    author: ActorId,
    number: number,
    { nodes, timeout }: WriteConcern,
    answer: (shortfall?: UnmetWriteConcern) => void,
  ): void {
    const value = this.writes.at(author, number);
    const now = this.deps.clock.now();
    const usual = this.router.expectedTime;
    const client: WaitingClient = {
      nodes,
      cameAt: now,
      searchAt: firstSearch(now, timeout, usual),
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
    this.deps.journal.sync(() => this.holdMyself([value]));
  }

  /**
   * A member wants to know who has values.
   * @param isDirect it has sent them, and will send them to everyone else, itself
   */
  queryReceived(from: MemberId, { count, within: proposed, vector }: AckQuery, isDirect: boolean): void {
    // No honest member has more patience.
    const within = Math.min(proposed, WRITE_CONCERN.piggybackTime);
    // What is not here is not answered for: it is asked about again with the message that brings it.
    const dots = VersionVector.fromWire(vector).meet(this.deps.values.known);
    const until = this.deps.clock.now() + WRITE_CONCERN.queryMemory;
    const isRelayed = count > 1 && !isDirect && this.router.isBeside(from);
    const values: PendingWrite[] = [];
    for (const [author, first, length] of dots.runs())
      for (let number = first; number < first + length; number++) {
        const value = this.writes.at(author, number);
        const asker = value.requesters.get(from);
        if (asker === undefined)
          value.requesters.set(from, { count, within, isRelayed, told: 0, isServed: false, until });
        // Who asks again has not heard the answer, or wants what there is.
        else Object.assign(asker, { count: Math.max(count, asker.count), within, told: 0, isServed: false, until });
        values.push(value);
      }
    if (values.length === 0) return;
    this.forgetLater(from, values);
    this.deps.journal.sync(() => {
      this.holdMyself(values);
      this.tellWhatThereIs(from, values, count);
    });
  }

  /** A member has answered. */
  repliesReceived(from: MemberId, answers: readonly AckReply[]): void {
    const changed = new Set<PendingWrite>();
    for (const { by, vector } of answers) {
      const dots = VersionVector.fromWire(vector);
      const holders = by.filter(
        (member) => member !== this.deps.identity.self && this.deps.identity.members.includes(member),
      );
      if (holders.includes(from)) this.deps.peers.of(from).confirm(dots.meet(this.deps.values.known).runs());
      for (const value of this.writes.within(dots)) {
        for (const holder of holders) value.holders.add(holder);
        value.queried.delete(from);
        value.replied.add(from);
        changed.add(value);
      }
    }
    this.settle([...changed]);
  }

  /** Some member turns out to have these already: whoever waited for them to leave for it has to ask by itself. */
  heldByOthers(dots: VersionVector): void {
    if (this.writes.size > 0) this.askOn([...this.writes.within(dots)]);
  }

  query(neighbour: MemberId, dots: readonly DotRange[], isDirect: boolean): AckQuery | undefined {
    if (this.writes.size === 0) return undefined;
    const audience = this.audiences();
    const values = [...this.writes.among(dots)].filter((value) => this.isWorthAsking(value, neighbour, audience));
    return this.questionAbout(neighbour, values, isDirect);
  }

  replies(neighbour: MemberId): readonly AckReply[] | undefined {
    return this.answersDue.take(neighbour);
  }

  /** The member speaks in a new life, and may have lost what it had. */
  peerRestarted(member: MemberId): void {
    this.answersDue.drop(member);
    for (const value of this.writes.all()) value.forget(member);
  }

  /** Others are members from now on. */
  membersChanged(): void {
    const { members } = this.deps.identity;
    for (const value of this.writes.all()) value.forgetAllBut(members);
    this.settle([...this.writes.all()]);
  }

  /** The values are written down here. */
  private holdMyself(values: readonly PendingWrite[]): void {
    for (const value of values) value.holders.add(this.deps.identity.self);
    this.settle(values);
  }

  /** Tells everybody who waits for these values what has come about, and asks on where somebody still waits. */
  private settle(values: readonly PendingWrite[]): void {
    const { members } = this.deps.identity;
    const audience = this.audiences();
    for (const value of values) {
      for (const client of value.clients) {
        if (!value.satisfies(client, members)) continue;
        value.clients.delete(client);
        client.cancel();
        client.answer();
      }
      for (const [member, asker] of value.requesters) {
        if (asker.isServed) continue;
        asker.isServed = value.suffices(member, asker);
        const isNews = () => value.namesFor(member).length > asker.told;
        if (asker.isServed || (this.isExhausted(value, member, asker, audience) && isNews()))
          this.tell(member, asker, value, audience);
      }
      this.dropIfIdle(value);
    }
    this.askOn(values);
  }

  /** Is there nobody left who could tell more? What comes after all is passed on as it comes. */
  private isExhausted(value: PendingWrite, member: MemberId, { isRelayed }: Requester, audience: Audience): boolean {
    if (!value.isDurableHere) return false;
    if (!isRelayed) return true;
    const { replied, holders, requesters } = value;
    return audience(member).every((neighbour) => [replied, holders, requesters].some((known) => known.has(neighbour)));
  }

  /** Who asks for this member alone, or asks again, is told what is known by now; who else, once all have answered. */
  private tellWhatThereIs(from: MemberId, values: readonly PendingWrite[], count: number): void {
    if (count > 1) return;
    const audience = this.audiences();
    for (const value of values) {
      const asker = value.requesters.get(from);
      if (asker !== undefined && value.namesFor(from).length > asker.told) this.tell(from, asker, value, audience);
    }
  }

  private tell(member: MemberId, asker: Requester, value: PendingWrite, audience: Audience): void {
    const by = value.namesFor(member);
    const isAddition = asker.told > 0 && !asker.isServed;
    asker.told = by.length;
    const hadToAsk = asker.isRelayed && audience(member).length > 0;
    const due = this.dueFor(member, asker, hadToAsk);
    this.answersDue.add(
      member,
      value,
      by,
      isAddition ? Math.max(due, this.deps.clock.now() + WRITE_CONCERN.newsPause) : due,
    );
  }

  /**
   * An answer that cannot ride leaves at once: nothing is gained by waiting. One that can leaves at the time of its ride, even if
   * that does not take place: a little later it would reach the parent after the departure that passes it on, a round too late.
   */
  private dueFor(member: MemberId, { within }: Requester, hadToAsk: boolean): number {
    const now = this.deps.clock.now();
    // Those whom this node asked had the other half.
    const latest = now + (hadToAsk ? within / 2 : within);
    const departure = this.router.nextDeparture(member);
    if (departure === undefined) return latest;
    return departure <= latest ? departure : now;
  }

  /** Asks neighbours that have the value already, or to which it is on its way: no message leaves for them that could take the question along. */
  private askOn(values: readonly PendingWrite[]): void {
    const { router } = this;
    const audience = this.audiences();
    const due = new Map<MemberId, PendingWrite[]>();
    for (const value of values) {
      for (const neighbour of this.candidates(value, audience)) {
        if (router.isToLeave(neighbour, [value.author, value.number, 1])) continue;
        const group = due.get(neighbour);
        if (group === undefined) due.set(neighbour, [value]);
        else group.push(value);
      }
    }
    for (const [neighbour, group] of due) {
      const question = this.questionAbout(neighbour, group, false);
      if (question !== undefined) router.sendQuery(neighbour, question);
    }
  }

  private isWorthAsking(value: PendingWrite, neighbour: MemberId, audience: Audience): boolean {
    const further = value.further(this.deps.identity.members);
    if (further <= 0) return false;
    if (value.holders.has(neighbour) || value.requesters.has(neighbour)) return false;
    // What is sent again was lost, and the question with it.
    if (value.queried.has(neighbour) || value.replied.has(neighbour)) return true;
    // Where all are needed there is nothing to choose.
    return further >= this.reach(value, audience).length || this.candidates(value, audience).includes(neighbour);
  }

  /** The neighbours that are to be asked besides those that are being asked: no more than are needed. */
  private candidates(value: PendingWrite, audience: Audience): readonly MemberId[] {
    const open = value.further(this.deps.identity.members) - value.queried.size;
    if (open <= 0) return [];
    const { queried, replied, holders, requesters } = value;
    return this.reach(value, audience)
      .filter((neighbour) => ![queried, replied, holders, requesters].some((known) => known.has(neighbour)))
      .slice(0, open);
  }

  /** Those whom this node could ask about the value. */
  private reach({ clients, requesters }: PendingWrite, audience: Audience): readonly MemberId[] {
    const [asker] = requesters.keys();
    return audience(clients.size > 0 ? undefined : asker);
  }

  /** Looks up audiences, each once: they are the same for many values, and do not change meanwhile. */
  private audiences(): Audience {
    const known = new Map<MemberId | undefined, readonly MemberId[]>();
    return (from) => {
      let audience = known.get(from);
      if (audience === undefined) {
        audience = this.router.targets(from);
        known.set(from, audience);
      }
      return audience;
    };
  }

  /** A question about the values, whose answer is waited for from now on; `undefined` if there are none. */
  private questionAbout(neighbour: MemberId, values: readonly PendingWrite[], isDirect: boolean): AckQuery | undefined {
    if (values.length === 0) return undefined;
    const { members } = this.deps.identity;
    const dots = new VersionVector();
    let count = 1;
    let within = WRITE_CONCERN.piggybackTime;
    for (const value of values) {
      dots.add([value.author, value.number, 1]);
      value.queried.add(neighbour);
      const further = value.further(members);
      if (!isDirect) count = Math.max(count, further);
      for (const asker of value.requesters.values()) within = Math.min(within, asker.within / 2);
      // Where everyone is asked the answers come in crowds, and find something to ride on; a single one would only be late.
      if (isDirect) within = Math.min(within, further >= members.length - 1 ? WRITE_CONCERN.piggybackTime / 2 : 0);
    }
    this.expectAnswer(neighbour, values, within);
    return { count, within, vector: dots.toWire() };
  }

  /** Does without the neighbour's answer if it does not come. */
  private expectAnswer(neighbour: MemberId, values: readonly PendingWrite[], within: number): void {
    const patience = this.router.patience(neighbour);
    if (patience === Number.POSITIVE_INFINITY) return;
    const question: OpenQuery = {
      neighbour,
      values,
      cancel: this.deps.clock.schedule(patience + within, () => {
        this.questions.delete(question);
        const open = values.filter((value) => value.queried.delete(neighbour));
        for (const value of open) value.replied.add(neighbour);
        this.settle(open);
      }),
    };
    this.questions.add(question);
  }

  private forgetLater(from: MemberId, values: readonly PendingWrite[]): void {
    const cancel = this.deps.clock.schedule(WRITE_CONCERN.queryMemory, () => {
      this.memories.delete(cancel);
      const now = this.deps.clock.now();
      for (const value of values) {
        const asker = value.requesters.get(from);
        if (asker !== undefined && asker.until <= now) value.requesters.delete(from);
        this.dropIfIdle(value);
      }
    });
    this.memories.add(cancel);
  }

  private dropIfIdle(value: PendingWrite): void {
    if (value.isIdle || (value.isSettled && this.writes.size > WRITE_CONCERN.queriesRemembered))
      this.writes.drop(value);
  }
}
