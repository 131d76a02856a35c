import { BATCHING } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity.js";
import type { AckQuery, Gossip, GossipOk, RoundSchedule } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { Signal } from "../signal.js";
import type { DotRange } from "../values/dot.js";
import { jsonSizeBound } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import { roomForValues } from "./envelope.js";
import type { Pacer } from "./pacer.js";
import type { Piggyback } from "./piggyback.js";

/** What waits for one neighbour. */
interface Queue {
  /** When the oldest of the waiting values was accepted, by this node's clock; `Infinity` while there is none. */
  oldest: number;
  count: number;
  departure: number;
  cancel: CancelTask | undefined;
}

const QUEUE = new Slot<Queue>(
  () => ({ oldest: Number.POSITIVE_INFINITY, count: 0, departure: 0, cancel: undefined }),
  ({ cancel }) => cancel?.(),
);

interface BatcherDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly pacer: Pacer;
  /** What else rides on the messages. */
  readonly piggyback: Piggyback;
}

/**
 * Decides when what waits for a neighbour leaves, all of it together: values, and acknowledgements that ride along.
 * The rhythm says when; the delta tracker says what; the batcher holds the timers and is the one door to the transport.
 */
export class Batcher {
  /** The values that this member has been sending to every member itself since it accepted them. */
  private readonly direct = new VersionVector();
  /** The number of the last value of this member that was considered for `direct`. */
  private newestOwn: number;

  /** Gossip has left for this member: its acknowledgement has to be awaited. */
  readonly sent = new Signal<MemberId>();

  constructor(private readonly deps: BatcherDeps) {
    this.newestOwn = deps.values.known.max(deps.identity.author);
  }

  /**
   * New values are here: they wait for every neighbour but the one that they came from.
   * @param oldest when the oldest of them was accepted, by this node's clock, in ms
   */
  enqueue(from: MemberId | undefined, count: number, oldest: number): void {
    if (from === undefined) this.noteOwn();
    for (const neighbour of this.deps.pacer.targets(from)) {
      const waiting = this.of(neighbour);
      waiting.oldest = Math.min(waiting.oldest, oldest);
      waiting.count += count;
      this.schedule(neighbour);
    }
  }

  /** The rhythm has changed: what waits for the neighbour may leave at another time now. */
  reschedule(neighbour: MemberId): void {
    const waiting = this.of(neighbour);
    const isDue = waiting.cancel !== undefined && waiting.departure <= this.deps.clock.now();
    waiting.cancel?.();
    waiting.cancel = undefined;
    // What was due has a timer that is late: a new plan would put it off to the next round.
    if (isDue) this.flush(neighbour);
    else this.schedule(neighbour);
  }

  /** Looks anew at what a neighbour lacks, after a loss, or when the rhythm has changed. */
  recompute(neighbour: MemberId): void {
    const delta = this.owedTo(neighbour);
    const waiting = this.of(neighbour);
    waiting.oldest = this.deps.values.oldest(delta);
    waiting.count = delta.reduce((sum, [, , count]) => sum + count, 0);
    this.schedule(neighbour);
  }

  /** The same if it is this node's business to send to the member: nothing is sent past the tree. */
  recomputeIfTarget(member: MemberId): void {
    if (this.deps.pacer.targets(undefined).includes(member)) this.recompute(member);
  }

  /** Sets the time at which what waits for the neighbour leaves; a time that was set before is only ever brought forward. */
  schedule(neighbour: MemberId): void {
    const waiting = this.of(neighbour);
    const { owedSince, gapSince } = this.deps.peers.of(neighbour).incoming;
    const { oldest, count } = waiting;
    const departure = this.deps.pacer.departure(neighbour, { oldest, count, owedSince, gapSince });
    if (departure === undefined) return;
    if (waiting.cancel !== undefined && departure >= waiting.departure) return;
    waiting.cancel?.();
    waiting.departure = departure;
    // What should leave at once takes along what else comes in with it: after a standstill that may be a lot.
    waiting.cancel = this.deps.clock.schedule(departure - this.deps.clock.now(), () => this.flush(neighbour));
  }

  /**
   * Sends what waits for the neighbour, now. Sends nothing if nothing waits.
   * @returns whether anything was sent
   */
  flush(neighbour: MemberId): boolean {
    const waiting = this.of(neighbour);
    waiting.cancel?.();
    waiting.cancel = undefined;
    waiting.oldest = Number.POSITIVE_INFINITY;
    waiting.count = 0;
    const delta = this.deltaOf(neighbour);
    if (delta.length > 0) this.send(neighbour, delta);
    else if (this.deps.peers.of(neighbour).incoming.owedSince !== undefined) this.sendAck(neighbour);
    else return false;
    return true;
  }

  /** Sends what the neighbour lacks, if anything, and asks it to answer at once. */
  requestAck(neighbour: MemberId): void {
    this.send(neighbour, this.deltaOf(neighbour), { ask: true });
  }

  /** Sends again what got lost, now: so that it is missed soon if it gets lost once more, it asks for an answer. */
  resend(neighbour: MemberId): void {
    if (this.deltaOf(neighbour).length > 0) this.requestAck(neighbour);
    else this.flush(neighbour);
  }

  /** Sends everything that the neighbour lacks, whoever's business it is, now. */
  repair(neighbour: MemberId): void {
    this.send(neighbour, this.byAge(this.deps.peers.of(neighbour).delta(this.deps.values.held)));
  }

  /** Sends an acknowledgement by itself, now. */
  sendAck(neighbour: MemberId): void {
    this.sendAcknowledgement(neighbour, this.deps.pacer.schedule(neighbour));
  }

  /** Sends answers now, with what leaves at this moment in any case, or else by themselves; whatever the rhythm has in store for the neighbour later still comes. */
  sendReplies(neighbour: MemberId): void {
    if (this.isLeaving(neighbour) && this.flush(neighbour)) return;
    const state = this.deps.peers.of(neighbour);
    const { owedSince } = state.incoming;
    this.sendAcknowledgement(neighbour, undefined);
    // Where members report to the root what they have, they do so in any case: it also shows what others have missed.
    if (this.deps.pacer.isDirect && this.of(neighbour).cancel === undefined) state.incoming.owedSince = owedSince;
  }

  /** Asks any member who has values, now, and sends `dots` along: besides all that the rhythm has in store for it. */
  sendQuery(member: MemberId, { vector, ...question }: AckQuery, dots: readonly DotRange[]): void {
    const asked = VersionVector.fromWire(vector);
    const batches = dots.length === 0 ? [[]] : this.split(this.byAge(dots));
    for (const batch of batches) {
      // Each batch asks about its own: they may arrive in any order.
      const about = batches.length === 1 ? asked : asked.meet(VersionVector.of(batch));
      this.sendGossip(member, batch, {}, { ...question, vector: about.toWire() });
    }
  }

  /** The neighbour is no neighbour any more: what waits for it finds another way. */
  dropQueue(neighbour: MemberId): void {
    this.deps.peers.of(neighbour).slots.clear(QUEUE);
  }

  /** Sends to everyone what waits for it, now: there will be no later. */
  flushAll(): void {
    for (const [member] of this.deps.peers.with(QUEUE)) this.flush(member);
  }

  /** What the neighbour lacks and this node has to send it, in runs of values of about the same age. */
  private deltaOf(neighbour: MemberId): DotRange[] {
    return this.byAge(this.owedTo(neighbour));
  }

  /**
   * What the neighbour lacks and this node has to send it: along the tree everything; to others its own values where it sends
   * them to everyone, and what was sent to them before and got lost. The rest reaches them by other ways.
   */
  private owedTo(neighbour: MemberId): DotRange[] {
    const { self } = this.deps.identity;
    const state = this.deps.peers.of(neighbour);
    const delta = state.delta(this.deps.values.held);
    if (delta.length === 0 || this.deps.pacer.targets(self).includes(neighbour)) return delta;
    const own = this.deps.values.known.ofMember(self);
    const ownBusiness = this.deps.pacer.targets(undefined).includes(neighbour) ? own : own.meet(this.direct);
    for (const run of state.outgoing.lost()) ownBusiness.add(run);
    const lacking = new VersionVector();
    for (const run of delta) lacking.add(run);
    return [...lacking.meet(ownBusiness).runs()];
  }

  private byAge(runs: Iterable<DotRange>): DotRange[] {
    return [...runs].flatMap((run) => this.deps.values.splitByAge(run, BATCHING.ageStep));
  }

  private send(neighbour: MemberId, delta: readonly DotRange[], flags: Pick<Gossip, "ask"> = {}): void {
    const all = new VersionVector();
    for (const run of delta) all.add(run);
    const direct = all.meet(this.direct);
    const relayed = direct.isEmpty ? delta : this.byAge(all.without(direct));
    for (const batch of this.split(this.byAge(direct.runs())))
      this.sendGossip(neighbour, batch, { ...flags, direct: true });
    for (const batch of this.split(relayed)) this.sendGossip(neighbour, batch, flags);
    if (flags.ask === true && delta.length === 0) this.sendGossip(neighbour, [], flags);
    this.sent.emit(neighbour);
  }

  /**
   * Whether a value goes to every member is decided when it comes, with the neighbours that it waits for: if the rhythm
   * changes before it leaves, those who get it along the tree have to pass it on.
   */
  private noteOwn(): void {
    const newest = this.deps.values.known.max(this.deps.identity.author);
    if (this.deps.pacer.isDirect && newest > this.newestOwn)
      this.direct.add([this.deps.identity.author, this.newestOwn + 1, newest - this.newestOwn]);
    this.newestOwn = newest;
  }

  private sendAcknowledgement(neighbour: MemberId, round: RoundSchedule | undefined): void {
    const ack = this.deps.peers.of(neighbour).acknowledge(this.deps.clock.now());
    if (ack === undefined) return;
    const confirmed = this.deps.piggyback.replies(neighbour);
    const message: GossipOk = {
      type: "gossip_ok",
      incarnation: this.deps.identity.incarnation,
      ack,
      ...(this.deps.pacer.isParent(neighbour) && { up: true }),
      ...(confirmed && { confirmed }),
      ...(round && { round }),
    };
    this.deps.transport.send(neighbour, message);
  }

  /** @param question the message goes out besides what the neighbour is owed, to ask this */
  private sendGossip(
    neighbour: MemberId,
    dots: readonly DotRange[],
    flags: Pick<Gossip, "ask" | "direct">,
    question?: AckQuery,
  ): void {
    const now = this.deps.clock.now();
    const state = this.deps.peers.of(neighbour);
    const confirm = question ?? this.deps.piggyback.query(neighbour, dots, flags.direct === true);
    const isAnswer =
      state.incoming.owesAnswer &&
      flags.ask !== true &&
      confirm === undefined &&
      this.deps.pacer.asksForAnswer(neighbour);
    const { number, base } = state.send(dots, now, {
      isDirect: flags.direct === true,
      isExtra: question !== undefined,
      isAsked: flags.ask === true,
      isUpcast: this.deps.pacer.isParent(neighbour),
      isAnswer,
    });
    const confirmed = this.deps.piggyback.replies(neighbour);
    const ack = this.deps.pacer.piggybacksAcks ? state.acknowledge(now) : undefined;
    const plan = this.deps.pacer.upcastPlan(neighbour);
    const round = this.deps.pacer.schedule(neighbour);
    const first = state.outgoing.unusualFirst;
    const message: Gossip = {
      type: "gossip",
      values: dots.flatMap(([author, first, count]) =>
        Array.from({ length: count }, (_, index) => this.deps.values.valueOf(author, first + index)),
      ),
      dots,
      incarnation: this.deps.identity.incarnation,
      number,
      base,
      ...(first !== undefined && { first }),
      ages: dots.map((run) => Math.max(0, Math.round(now - this.deps.values.oldest([run])))),
      ...flags,
      ...(this.deps.pacer.isParent(neighbour) && { up: true }),
      ...(plan && { plan }),
      ...(isAnswer && { answer: true }),
      ...(confirm && { confirm }),
      ...(confirmed && { confirmed }),
      ...(ack && { ack }),
      ...(round && { round }),
    };
    this.deps.transport.send(neighbour, message);
  }

  /** Cuts a delta into batches that the transport can carry. */
  private split(delta: readonly DotRange[]): DotRange[][] {
    const room = roomForValues(this.deps.transport);
    const batches: DotRange[][] = [];
    let batch: DotRange[] = [];
    let bytes = 0;
    for (const [author, first, count] of delta) {
      let start = first;
      for (let number = first; number < first + count; number++) {
        const size = jsonSizeBound(this.deps.values.valueOf(author, number));
        if (bytes > 0 && bytes + size > room) {
          if (number > start) batch.push([author, start, number - start]);
          batches.push(batch);
          [batch, bytes, start] = [[], 0, number];
        }
        bytes += size;
      }
      batch.push([author, start, first + count - start]);
      bytes += author.length + 32;
    }
    if (batch.length > 0) batches.push(batch);
    return batches;
  }

  private isLeaving(neighbour: MemberId): boolean {
    const { cancel, departure } = this.of(neighbour);
    return cancel !== undefined && departure <= this.deps.clock.now() + BATCHING.sameMoment;
  }

  private of(neighbour: MemberId): Queue {
    return this.deps.peers.of(neighbour).slots.of(QUEUE);
  }
}
