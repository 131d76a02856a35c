import { BATCHING } from "../config.js";
import { Slot } from "../delta/slot.js";
import type { AckQuery, Gossip, RoundSchedule } from "../messages.js";
import type { CancelTask } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { Signal } from "../signal.js";
import { type DotRange, dotCount } from "../values/dot.js";
import type { DotSpans } from "../values/dot-spans.js";
import { VersionVector } from "../values/version-vector.js";
import { GossipEncoder, type GossipEncoderDeps } from "./gossip-encoder.js";
import { type Admission, RepairWindow } from "./repair-window.js";

/** Values that are queued for one member. */
interface Queue {
  /** When the oldest queued value was accepted, by this node's clock, in ms; `Infinity` if the queue is empty. */
  oldest: number;
  count: number;
  departure: number;
  cancel: CancelTask | undefined;
}

const emptyQueue = (): Queue => ({ oldest: Number.POSITIVE_INFINITY, count: 0, departure: 0, cancel: undefined });
const QUEUE = new Slot(emptyQueue, ({ cancel }) => cancel?.());
const NOT_QUEUED: Readonly<Queue> = emptyQueue();

/** A pass over the targets of this node's own values, which gave each of them a departure. */
interface Pass {
  /** When it was, by this node's clock, in ms. */
  readonly at: number;
  /** Whether own values went to every member directly. */
  readonly isDirect: boolean;
}

/**
 * Batches values and acknowledgements per peer and decides when each batch is sent. The pacer chooses the time, and the
 * delta tracker knows the content. The batcher holds the timers, and all gossip passes through it.
 */
export class Batcher {
  /** Values that this node has sent directly to every member since it accepted them. */
  private readonly direct = new VersionVector();
  /** Number of the last own value that was considered for `direct`. */
  private newestOwn: number;
  /** The last pass over the targets of own values; `undefined` once their queues or the pacer's plans may have changed. */
  private lastPass: Pass | undefined;

  /** Emitted when gossip has left for a member, so that its acknowledgement is awaited. */
  readonly sent = new Signal<MemberId>();

  private readonly encoder: GossipEncoder;
  private readonly repairs: RepairWindow;
  /** Number of queues with a timer. */
  private waiting = 0;

  constructor(private readonly deps: GossipEncoderDeps) {
    this.encoder = new GossipEncoder(deps);
    this.repairs = new RepairWindow({ ...deps, contents: this.encoder.contents }, (member, part) => {
      this.sendAdmitted(member, { ranges: this.encoder.splitByAge(part), isPart: true });
      this.forgetContents();
    });
    this.newestOwn = deps.values.known.max(deps.identity.actor);
  }

  /**
   * Queues new values for every target except the member that they came from.
   * @param oldest when the oldest of them was accepted, by this node's clock, in ms
   */
  enqueue(from: MemberId | undefined, count: number, oldest: number): void {
    if (from === undefined) {
      if (this.joinLastPass(oldest)) return;
      const { isDirect } = this.deps.pacer;
      this.noteOwn(isDirect);
      this.lastPass = { at: oldest, isDirect };
    }
    for (const member of this.deps.pacer.targets(from)) {
      const queue = this.of(member);
      queue.oldest = Math.min(queue.oldest, oldest);
      queue.count += count;
      this.schedule(member);
    }
  }

  /** A message of a member may change the pacer's plans, so the next value asks for new departures. */
  messageReceived(): void {
    this.lastPass = undefined;
  }

  /** Adapts the member's timer to a changed schedule. */
  reschedule(member: MemberId): void {
    this.lastPass = undefined;
    const queue = this.of(member);
    const isDue = queue.cancel !== undefined && queue.departure <= this.deps.clock.now();
    queue.cancel?.();
    queue.cancel = undefined;
    // A batch that is already due has a late timer. A new plan would defer it to the next round.
    if (isDue) this.flush(member);
    else this.schedule(member);
  }

  /** Counts again what the member lacks, after a loss or a change of the schedule. */
  recompute(member: MemberId): void {
    this.lastPass = undefined;
    const delta = this.owedTo(member);
    const queue = this.of(member);
    queue.oldest = this.deps.values.oldest(delta);
    queue.count = dotCount(delta);
    this.schedule(member);
  }

  /** Does the same if the member is a target of this node's values. */
  recomputeIfTarget(member: MemberId): void {
    if (this.deps.pacer.targets(undefined).includes(member)) this.recompute(member);
  }

  /** Sets the time at which the member's batch leaves. A time that is already set only moves forward. */
  schedule(member: MemberId): void {
    const queue = this.of(member);
    const { owedSince, gapSince } = this.deps.peers.of(member).owed;
    const { oldest, count } = queue;
    const departure = this.deps.pacer.departure(member, { oldest, count, owedSince, gapSince });
    if (departure === undefined) {
      if (count === 0 && queue.cancel === undefined) this.clear(member);
      return;
    }
    if (queue.cancel !== undefined && departure >= queue.departure) return;
    queue.cancel?.();
    queue.departure = departure;
    // A batch that is due now still leaves by a timer, so that values which arrive in the same instant join it. After
    // a pause of the machine these can be many.
    const cancel = this.deps.clock.schedule(departure - this.deps.clock.now(), () => this.flush(member));
    this.waiting++;
    queue.cancel = () => {
      cancel();
      this.waiting--;
    };
  }

  /**
   * Sends the member's batch, or an acknowledgement if one is owed, now.
   * @returns whether a message was sent
   */
  flush(member: MemberId): boolean {
    this.lastPass = undefined;
    this.clear(member);
    const delta = this.deltaOf(member);
    const isOwed = this.deps.peers.of(member).owed.owedSince !== undefined;
    const hasValues = delta.length > 0 && this.send(member, delta);
    if (!hasValues && isOwed) this.sendAck(member);
    this.forgetContents();
    return hasValues || isOwed;
  }

  /** Sends the values that the member lacks, if any, and requests an acknowledgement at once. */
  requestAck(member: MemberId): void {
    this.send(member, this.deltaOf(member), { ask: true });
    this.forgetContents();
  }

  /** Sends lost values again, now. The message requests an acknowledgement, so that another loss is noticed soon. */
  resend(member: MemberId): void {
    if (this.deltaOf(member).length > 0) this.requestAck(member);
    else this.flush(member);
  }

  /** Sends all values of `scope` that the member lacks, now, even if it is not a target of this node. */
  repair(member: MemberId, scope: DotSpans): void {
    const delta = this.deps.peers.of(member).delta(this.deps.values.held);
    this.send(member, this.encoder.splitByAge(scope.isAll ? delta : [...scope.within(delta)]));
    this.forgetContents();
  }

  /** Sends an acknowledgement in a message of its own, now. */
  sendAck(member: MemberId): void {
    this.sendAcknowledgement(member, this.deps.pacer.schedule(member));
  }

  /**
   * Sends replies now. They ride on a batch that is due at this moment, or travel in a message of their own. The
   * member's schedule stays as it is.
   */
  sendReplies(member: MemberId): void {
    if (this.isLeaving(member) && this.flush(member)) return;
    const peer = this.deps.peers.of(member);
    const { owedSince } = peer.owed;
    this.sendAcknowledgement(member, undefined);
    // In eager mode the stability report follows in any case. It also shows what other members have missed.
    if (this.deps.pacer.isDirect && this.queueOf(member).cancel === undefined) peer.incoming.owedSince = owedSince;
  }

  /** Sends a query to any member now, together with `dots`. The member's schedule stays as it is. */
  sendQuery(member: MemberId, { vector, ...query }: AckQuery, dots: readonly DotRange[]): void {
    const asked = VersionVector.fromWire(vector);
    const batches = this.encoder.split(this.encoder.splitByAge(dots));
    const [only = [], ...others] = batches;
    if (others.length === 0 && this.encoder.fitsQuery(vector, dots)) {
      this.sendGossip(member, only, {}, { ...query, vector });
      this.forgetContents();
      return;
    }
    // Each message asks only about its own values, because messages may arrive in any order.
    for (const batch of batches) {
      const about = asked.meet(VersionVector.of(batch));
      this.sendGossip(member, batch, {}, { ...query, vector: about.toWire() });
    }
    for (const rest of this.encoder.splitQuery(asked.without(VersionVector.of(dots))))
      this.sendGossip(member, [], {}, { ...query, vector: rest });
    this.forgetContents();
  }

  /** Drops the queue of a member that is no neighbour any more. Its values take another route. */
  dropQueue(member: MemberId): void {
    this.lastPass = undefined;
    this.clear(member);
  }

  /** Sends every queue now, before the node stops. */
  flushAll(): void {
    this.repairs.stop();
    for (const [member] of this.deps.peers.with(QUEUE)) this.flush(member);
  }

  /** The values that the member lacks and this node has to send, as ranges of values of similar age. */
  private deltaOf(member: MemberId): readonly DotRange[] {
    return this.encoder.splitByAge(this.owedTo(member));
  }

  /**
   * The values that the member lacks and this node has to send. A neighbour gets all of them. Another member gets this
   * node's own values if they go to everyone, and values that were sent to it before and lost. The rest reaches it by
   * other routes.
   */
  private owedTo(member: MemberId): readonly DotRange[] {
    const { self } = this.deps.identity;
    const peer = this.deps.peers.of(member);
    const delta = this.repairs.withoutWaiting(member, peer.delta(this.deps.values.held));
    if (delta.length === 0 || this.deps.pacer.targets(self).includes(member)) return delta;
    const own = this.deps.values.known.ofMember(self);
    const owed = this.deps.pacer.targets(undefined).includes(member) ? own : own.meet(this.direct);
    for (const range of peer.outgoing.lost()) owed.add(range);
    return [...VersionVector.of(delta).meet(owed).ranges()];
  }

  /** @returns whether values have left: all may wait until others are acknowledged */
  private send(member: MemberId, delta: readonly DotRange[], flags: Pick<Gossip, "ask"> = {}): boolean {
    const admitted = this.repairs.admit(member, delta);
    const hasValues = admitted.ranges.length > 0;
    this.sendAdmitted(member, admitted, flags);
    if (flags.ask === true && !hasValues) this.sendGossip(member, [], flags);
    return hasValues;
  }

  private sendAdmitted(member: MemberId, { ranges, isPart }: Admission, flags: Pick<Gossip, "ask"> = {}): void {
    const direct = this.direct.isEmpty ? this.direct : VersionVector.of(ranges).meet(this.direct);
    const relayed = direct.isEmpty ? ranges : this.encoder.splitByAge([...VersionVector.of(ranges).without(direct)]);
    for (const batch of this.encoder.split(this.encoder.splitByAge([...direct.ranges()])))
      this.sendGossip(member, batch, { ...flags, direct: true });
    for (const batch of this.encoder.split(relayed)) this.sendGossip(member, batch, flags);
    if (isPart) {
      this.repairs.partLeft(member);
      if (flags.ask !== true) this.sendGossip(member, [], { ask: true });
    }
    this.sent.emit(member);
  }

  /**
   * Lets a value that this node accepts join the batches of the last pass, if that was in the same moment: every target
   * has a departure, which one more value cannot move forward. So a burst costs the same however many targets there are.
   * @param acceptedAt when the value was accepted, by this node's clock, in ms
   * @returns false if the targets need a new pass
   */
  private joinLastPass(acceptedAt: number): boolean {
    if (this.lastPass === undefined || this.deps.pacer.batchesBySize) return false;
    const { at, isDirect } = this.lastPass;
    if (acceptedAt < at || acceptedAt >= at + BATCHING.passTime || isDirect !== this.deps.pacer.isDirect) return false;
    this.noteOwn(isDirect);
    return true;
  }

  /**
   * Marks own values that go to every member directly. The mark is set when a value is accepted, together with its
   * targets: if the pacer changes its way before the value leaves, the neighbours have to pass the value on.
   */
  private noteOwn(isDirect: boolean): void {
    const newest = this.deps.values.known.max(this.deps.identity.actor);
    if (isDirect && newest > this.newestOwn)
      this.direct.add([this.deps.identity.actor, this.newestOwn + 1, newest - this.newestOwn]);
    this.newestOwn = newest;
  }

  private sendAcknowledgement(member: MemberId, round: RoundSchedule | undefined): void {
    const message = this.encoder.acknowledgement(member, round);
    if (message !== undefined) this.deps.transport.send(member, message);
  }

  private sendGossip(
    member: MemberId,
    dots: readonly DotRange[],
    flags: Pick<Gossip, "ask" | "direct">,
    query?: AckQuery,
  ): void {
    this.deps.transport.send(member, this.encoder.gossip(member, dots, flags, query));
  }

  /** Frees the memory of the values that have left, unless the batches of other members will need them. */
  private forgetContents(): void {
    if (this.waiting === 0) this.encoder.forgetContents();
  }

  private isLeaving(member: MemberId): boolean {
    const { cancel, departure } = this.queueOf(member);
    return cancel !== undefined && departure <= this.deps.clock.now() + BATCHING.sameMoment;
  }

  private queueOf(member: MemberId): Readonly<Queue> {
    return this.deps.peers.state(member, QUEUE) ?? NOT_QUEUED;
  }

  private clear(member: MemberId): void {
    this.deps.peers.clear(member, QUEUE);
  }

  private of(member: MemberId): Queue {
    return this.deps.peers.of(member).slots.of(QUEUE);
  }
}
