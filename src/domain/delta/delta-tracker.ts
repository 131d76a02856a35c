import { PEER } from "../config.js";
import type { Acknowledgement } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import { IntervalSet } from "../values/interval-set.js";
import { VersionVector } from "../values/version-vector.js";

/** A message that left and is not acknowledged yet. */
interface Sent {
  readonly dots: readonly DotRange[];
  readonly sentAt: number;
  /** Sent by its author to every member: acknowledgements of such may come by way of the root. */
  readonly isDirect: boolean;
  /** The neighbour was asked to acknowledge it at once. */
  readonly isAsked: boolean;
  /** The neighbour answers it, and does not wait for that answer to be acknowledged. */
  readonly isUpcast: boolean;
  /** It acknowledges values of the neighbour, which asks if it does not come. */
  readonly isAnswer: boolean;
  /** An answer that was not asked for again in time: its own acknowledgement is not waited for. */
  isTrusted: boolean;
  /** Given up waiting: its values count as unsent again. A late acknowledgement is still welcome. */
  lost: boolean;
}

/** A message whose acknowledgement is waited for. */
export interface InFlight {
  /** When it left, by this node's clock, in ms. */
  readonly sentAt: number;
  readonly isDirect: boolean;
  /** A later one is acknowledged already: this one is late, or lost. */
  readonly isOvertaken: boolean;
  /** The neighbour was asked to acknowledge it at once. */
  readonly isAsked: boolean;
}

/** How a message leaves. */
export interface SendOptions {
  /** Its author sends it to every member. */
  readonly isDirect?: boolean;
  /** It goes out besides what the neighbour is owed: nothing counts as sent, and no acknowledgement is waited for. */
  readonly isExtra?: boolean;
  /** It asks to be acknowledged at once. */
  readonly isAsked?: boolean;
  /** The neighbour is the parent, and answers it. */
  readonly isUpcast?: boolean;
  /** It acknowledges values of the neighbour, which asks if it does not come. */
  readonly isAnswer?: boolean;
}

/** What an acknowledgement taught. */
export interface AcknowledgementNews {
  /** Time from a message's departure to its acknowledgement's arrival, less the time held, in ms; absent if nothing new was acknowledged. */
  readonly roundTrip: number | undefined;
  /** Messages that must be lost: they should have come, and are not acknowledged. */
  readonly lost: number;
  /** Those among them that later ones have overtaken, but for an outage. The others may wait unread on a machine that stands still. */
  readonly overtaken: number;
}

/** Which life of a neighbour speaks: the one known so far, the first heard of, a new one, or one that is over. */
export type IncarnationChange = "known" | "first" | "restarted" | "stale";

/** One neighbour's state: what it has seen, what is on the way to it, and what it has to be told about its own messages. */
export class Peer {
  /** Dots that the neighbour has for certain: it sent them, acknowledged them, or said so in a digest. */
  seen = new VersionVector();
  /** What somebody else is telling the neighbour, or nobody can while it is silent: until its own word, nothing to send. */
  private assumed = new VersionVector();
  /** `seen`, `assumed`, and what is on its way. */
  private covered = new VersionVector();
  private readonly sent = new Map<number, Sent>();
  private nextNumber: number;
  private highestAcknowledged = 0;
  /** When the last messages left that were acknowledged, sorted. */
  private delivered: readonly number[] = [];

  /** Does it leave questions unanswered? What is sent to it then is sent on the off chance, and not remembered. */
  isSilent = false;

  private incarnation: number | undefined;
  private received = new IntervalSet();
  private receivedBase = 1;
  private highestReceivedAt = 0;
  /** Does the neighbour wait for the acknowledgement of values? */
  owesAnswer = false;
  /** When the oldest unacknowledged message of the neighbour came, by this node's clock; `undefined` when nothing is owed. */
  owedSince: number | undefined;
  /** Since when a message of the neighbour is missing that it was not told of yet; `undefined` when none is. */
  gapSince: number | undefined;

  /**
   * @param firstNumber the number of the first message to the neighbour
   * @param incarnation the neighbour's life, if one is known from before
   */
  constructor(
    private firstNumber = 1,
    incarnation?: number,
  ) {
    this.nextNumber = firstNumber;
    this.incarnation = incarnation;
  }

  /** The latest life of the neighbour that is known; `undefined` before it has spoken. */
  get knownIncarnation(): number | undefined {
    return this.incarnation;
  }

  /** The highest number of a message to the neighbour so far; one below the first number if there was none. */
  get lastNumber(): number {
    return this.nextNumber - 1;
  }

  /** The first number, for a neighbour that cannot know it: numbers do not begin with 1, and none is acknowledged yet. */
  get unusualFirst(): number | undefined {
    return this.firstNumber > 1 && this.highestAcknowledged < this.firstNumber ? this.firstNumber : undefined;
  }

  /** `seen - neighbour_seen`: what the neighbour lacks of `known` and is not being sent already. */
  delta(known: VersionVector): DotRange[] {
    return [...known.without(this.covered)];
  }

  /** What of `dots` the neighbour is neither known nor taken to have: unsent, or on its way. */
  lacking(dots: VersionVector): DotRange[] {
    const unseen = new VersionVector();
    for (const run of dots.without(this.seen)) unseen.add(run);
    return [...unseen.without(this.assumed)];
  }

  /** The number and base for the next message, which carries `dots`. */
  send(dots: readonly DotRange[], now: number, how: SendOptions = {}): { number: number; base: number } {
    const { isDirect = false, isExtra = false, isAsked = false, isUpcast = false, isAnswer = false } = how;
    const number = this.nextNumber++;
    if (isExtra) return { number, base: Math.min(number, this.base()) };
    if (this.isSilent) this.assume(dots);
    else if (dots.length > 0) {
      this.sent.set(number, {
        dots,
        sentAt: now,
        isDirect,
        isAsked,
        isUpcast,
        isAnswer,
        isTrusted: false,
        lost: false,
      });
      for (const run of dots) this.covered.add(run);
    }
    // A message that is not remembered is settled as it leaves, but still has to say where it stands.
    return { number, base: Math.min(number, this.base()) };
  }

  /**
   * Notes which life of the neighbour speaks. A new life knows nothing of what was sent to the one before.
   */
  observeIncarnation(incarnation: number): IncarnationChange {
    if (this.incarnation === incarnation) return "known";
    const encounter = this.incarnation === undefined ? "first" : "restarted";
    if (this.incarnation !== undefined) {
      if (incarnation < this.incarnation) return "stale";
      this.seen = new VersionVector();
      this.assumed = new VersionVector();
      this.covered = new VersionVector();
      this.sent.clear();
    }
    this.incarnation = incarnation;
    this.received = new IntervalSet();
    this.receivedBase = 1;
    this.owedSince = undefined;
    this.owesAnswer = false;
    this.gapSince = undefined;
    return encounter;
  }

  /** This node goes on in a later life: its messages are numbered anew, and what is not acknowledged yet never will be. */
  restartNumbering(): void {
    this.sent.clear();
    this.delivered = [];
    this.firstNumber = 1;
    this.nextNumber = 1;
    this.highestAcknowledged = 0;
    this.recount();
  }

  /** Has no message of the neighbour's present life come yet? */
  get hasNothing(): boolean {
    return this.received.isEmpty && this.receivedBase === 1;
  }

  /** For how long no numbered message of the neighbour's present life has come, in ms; `Infinity` if none ever did. */
  silence(now: number): number {
    return this.hasNothing ? Number.POSITIVE_INFINITY : now - this.highestReceivedAt;
  }

  /** Takes in the number of a message that arrived; false if it came before (a duplicate). */
  receive(number: number, base: number, now: number): boolean {
    if (number < this.receivedBase || this.received.has(number)) return false;
    const expected = Math.max(this.received.max + 1, base);
    if (number > expected) this.gapSince ??= now;
    if (number >= this.received.max) this.highestReceivedAt = now;
    this.received.add(number);
    if (base > this.receivedBase) {
      this.receivedBase = base;
      if (base > 1) this.received.remove(1, base - 1);
    }
    // Who leaves out numbers for ever is not let fill this node's memory: the oldest are not acknowledged any more.
    if (this.received.rangeCount > PEER.receivedRanges) {
      const [oldest] = this.received.ranges();
      const [, last] = oldest as [number, number];
      this.received.remove(1, last);
      this.receivedBase = last + 1;
    }
    return true;
  }

  /** An acknowledgement of all that has come and still matters, for a message that leaves now; absent when nothing ever came. */
  acknowledge(now: number): Acknowledgement | undefined {
    this.owedSince = undefined;
    this.owesAnswer = false;
    this.gapSince = undefined;
    if (this.incarnation === undefined || this.received.isEmpty) return undefined;
    return { incarnation: this.incarnation, ranges: [...this.received.ranges()], held: now - this.highestReceivedAt };
  }

  /**
   * Takes in an acknowledgement of this node's messages.
   * @param patience after how long a message that is not among them must be lost, not on its way, in ms
   */
  acknowledged({ ranges, held }: Acknowledgement, now: number, patience: number): AcknowledgementNews {
    const arrived = new IntervalSet(ranges);
    this.highestAcknowledged = Math.max(this.highestAcknowledged, Math.min(arrived.max, this.nextNumber - 1));
    let newest: Sent | undefined;
    const missing: Sent[] = [];
    const overtaken: Sent[] = [];
    const delivered = [...this.delivered];
    for (const [number, message] of this.sent) {
      if (arrived.has(number)) {
        this.confirm(message.dots);
        this.sent.delete(number);
        delivered.push(message.sentAt);
        // Only an acknowledgement of the message that `held` speaks of measures a round trip.
        newest = number === arrived.max ? message : undefined;
      } else if (!message.lost && now - message.sentAt > patience) {
        missing.push(message);
        if (number < arrived.max) overtaken.push(message);
      }
    }
    this.delivered = delivered.sort((a, b) => a - b).slice(-PEER.deliveriesRemembered);
    const lost = this.giveUp(missing);
    return {
      roundTrip: newest === undefined ? undefined : now - newest.sentAt - held,
      lost,
      overtaken: overtaken.filter(({ sentAt }) => !this.fellToOutage(sentAt)).length,
    };
  }

  /** Did nothing get through for long about the time when a message left? */
  private fellToOutage(sentAt: number): boolean {
    const before = this.delivered.findLast((at) => at < sentAt) ?? Number.POSITIVE_INFINITY;
    const after = this.delivered.find((at) => at > sentAt) ?? Number.NEGATIVE_INFINITY;
    return after - before > PEER.outage;
  }

  /** The neighbour has these dots. */
  confirm(dots: Iterable<DotRange>): void {
    for (const run of dots) {
      this.seen.add(run);
      this.covered.add(run);
    }
  }

  /** The neighbour is being told of these dots by somebody else; unless a digest shows otherwise, this node need not do it. */
  assume(dots: Iterable<DotRange>): void {
    for (const run of dots) {
      this.assumed.add(run);
      this.covered.add(run);
    }
  }

  /** It turned out that some of what was assumed is not so. */
  retractAssumed(dots: Iterable<DotRange>): void {
    for (const run of dots) this.assumed.remove(run);
    this.recount();
  }

  /** The neighbour does not answer: nothing is waited for any more, and what it misses is for its digest to tell when it is back. */
  markSuspect(): void {
    this.isSilent = true;
    this.sent.clear();
    this.recount();
  }

  /** The neighbour was heard of again. */
  markAlive(): void {
    this.isSilent = false;
  }

  /** The neighbour, like every member, has all of `common`: what was on its way and is part of that has arrived. */
  confirmStable(common: VersionVector): void {
    for (const [number, message] of this.sent) {
      if (!common.covers(VersionVector.of(message.dots))) continue;
      this.confirm(message.dots);
      this.sent.delete(number);
    }
  }

  /**
   * The neighbour's own word on what it has, and the last one: whatever else was believed of it, by acknowledgements, by what
   * the root said, or by guess, counts as unsent again. So a lie lasts until the next digest, and takes no memory after that.
   * @param young what the neighbour may have got since it wrote the digest
   * @param now by this node's clock, in ms
   */
  reconcile(vector: VersionVector, young: VersionVector, now: number): void {
    const recent = this.seen.meet(young);
    this.seen = vector;
    this.seen.merge(recent);
    this.assumed = this.assumed.meet(young);
    for (const [number, message] of this.sent) {
      if (!this.seen.covers(VersionVector.of(message.dots))) continue;
      this.sent.delete(number);
      // Nobody asks for the answer to this any more: if it got lost, the acknowledgement of what has come tells.
      if (message.isUpcast && !this.hasNothing) this.owedSince ??= now;
    }
    this.recount();
  }

  /** Gives up on the messages that left at `time` or before. Their values become part of the delta again. */
  giveUpUntil(time: number): void {
    this.giveUp([...this.sent.values()].filter(({ lost, sentAt }) => !lost && sentAt <= time));
  }

  /** Answers that left at `time` or before have come: the neighbour would have asked for them. They need no acknowledgement. */
  trustAnswers(time: number): void {
    for (const message of this.sent.values()) if (message.isAnswer && message.sentAt <= time) message.isTrusted = true;
  }

  /** Of the messages that are still waited for the oldest of each kind: direct or not, overtaken or not, asked about or not. */
  oldestUnacknowledged(): InFlight[] {
    const oldest: InFlight[] = [];
    for (const [number, { sentAt, isDirect, isAsked, isTrusted, lost }] of this.sent) {
      if (lost || isTrusted) continue;
      const isOvertaken = number < this.highestAcknowledged;
      const isOfItsKind = (other: InFlight) =>
        other.isDirect === isDirect && other.isOvertaken === isOvertaken && other.isAsked === isAsked;
      if (!oldest.some(isOfItsKind)) oldest.push({ sentAt, isDirect, isOvertaken, isAsked });
    }
    return oldest;
  }

  /** The dots of messages that were given up. */
  *lost(): Generator<DotRange> {
    for (const message of this.sent.values()) if (message.lost) yield* message.dots;
  }

  private giveUp(messages: readonly Sent[]): number {
    if (messages.length === 0) return 0;
    for (const message of messages) message.lost = true;
    this.recount();
    this.forgetOldLosses();
    return messages.length;
  }

  private recount(): void {
    this.covered = new VersionVector();
    this.covered.merge(this.seen);
    this.covered.merge(this.assumed);
    for (const message of this.sent.values()) if (!message.lost) for (const run of message.dots) this.covered.add(run);
  }

  private forgetOldLosses(): void {
    const lost = [...this.sent].filter(([, message]) => message.lost);
    for (const [number] of lost.slice(0, Math.max(0, lost.length - PEER.lostRemembered))) this.sent.delete(number);
  }

  private base(): number {
    for (const number of this.sent.keys()) return number;
    return this.nextNumber;
  }
}

/** What is remembered of a departed member. */
interface Tombstone {
  /** Its latest incarnation; `undefined` if it never spoke. */
  readonly incarnation: number | undefined;
  /** By this node's clock, in ms. */
  readonly until: number;
}

/** Remembers what each neighbour has seen, so that a value crosses each link once. The one owner of that knowledge. */
export class DeltaTracker {
  private readonly neighbours = new Map<MemberId, Peer>();
  /** Departed members, the first to leave first. */
  private readonly tombstones = new Map<MemberId, Tombstone>();
  /** The highest number of a message to any departed member: none of them gets a number twice, should it come back. */
  private highestUsed = 0;

  of(neighbour: MemberId): Peer {
    let state = this.neighbours.get(neighbour);
    if (state === undefined) {
      const tombstone = this.tombstones.get(neighbour);
      state = new Peer(this.highestUsed + 1, tombstone?.incarnation);
      // What a departed member still says is no reason to remember more of it.
      if (tombstone === undefined) this.neighbours.set(neighbour, state);
    }
    return state;
  }

  /** This node goes on in a later life. */
  restartNumbering(): void {
    this.highestUsed = 0;
    for (const state of this.neighbours.values()) state.restartNumbering();
  }

  /** Every neighbour that was spoken to or heard of, and has not left. */
  entries(): IterableIterator<[MemberId, Peer]> {
    return this.neighbours.entries();
  }

  /** Has the member left a short time ago? */
  isDeparted(member: MemberId): boolean {
    return this.tombstones.has(member);
  }

  /** The member is one again: only its latest incarnation is known of it. */
  memberJoined(member: MemberId): void {
    const incarnation = this.tombstones.get(member)?.incarnation;
    if (!this.tombstones.delete(member)) return;
    this.neighbours.set(member, new Peer(this.highestUsed + 1, incarnation));
  }

  /** The member has left: only its latest incarnation is remembered, for `PEER.tombstoneTime`. */
  memberLeft(member: MemberId, now: number): void {
    const state = this.neighbours.get(member);
    this.neighbours.delete(member);
    this.highestUsed = Math.max(this.highestUsed, state?.lastNumber ?? 0);
    this.tombstones.set(member, { incarnation: state?.knownIncarnation, until: now + PEER.tombstoneTime });
    const [oldest] = this.tombstones.keys();
    if (this.tombstones.size > PEER.tombstones && oldest !== undefined) this.tombstones.delete(oldest);
    this.expire(now);
  }

  /** Forgets members that left longer than `PEER.tombstoneTime` ago. */
  expire(now: number): void {
    for (const [member, { until }] of this.tombstones) {
      if (until > now) return;
      this.tombstones.delete(member);
    }
  }
}
