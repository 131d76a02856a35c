import { PEER } from "../config.js";
import type { Acknowledgement } from "../messages.js";
import type { DotRange } from "../values/dot.js";
import { IntervalSet } from "../values/interval-set.js";
import type { NumberRange } from "./receive-window.js";

/** Properties of a message that leaves. */
export interface SendOptions {
  /** The actor of the values sends them to every member. The stability vector may acknowledge them. */
  readonly isDirect?: boolean;
  /** The message is sent in addition to what the peer is owed. It does not count as sent and is not acknowledged. */
  readonly isExtra?: boolean;
  /** It requests an acknowledgement at once. */
  readonly isRequest?: boolean;
  /** The peer is the parent, which answers upcasts. */
  readonly isUpcast?: boolean;
  /** The messages of the peer whose values it acknowledges. If it is lost, the peer requests an acknowledgement. */
  readonly answers?: NumberRange | undefined;
}

/** A message without an acknowledgement. */
interface Sent extends Required<Omit<SendOptions, "isExtra" | "answers">> {
  readonly dots: readonly DotRange[];
  readonly sentAt: number;
  /** The messages of the peer whose values it acknowledges; the peer requests it if it does not come. */
  answers: NumberRange | undefined;
  /** The peer did not request this answer again in time, so it has arrived. */
  isTrusted: boolean;
  /** Whether the message counts as lost. Its values are unsent again, but a late acknowledgement still counts. */
  lost: boolean;
}

/** A message whose acknowledgement is awaited. */
export interface InFlight {
  /** When the message left, by this node's clock, in ms. */
  readonly sentAt: number;
  readonly isDirect: boolean;
  /** A later message is acknowledged already, so this one is late or lost. */
  readonly isOvertaken: boolean;
  /** The message requested an acknowledgement at once. */
  readonly isRequest: boolean;
}

/** Results of an acknowledgement. */
export interface AcknowledgementNews {
  /**
   * Time from a message's departure to the arrival of its acknowledgement, minus the time held, in ms; `undefined` if
   * nothing new was acknowledged.
   */
  readonly roundTrip: number | undefined;
  /** Number of messages that are lost: they are old enough and not acknowledged. */
  readonly lost: number;
  /** Whether an upcast that requested its acknowledgement is among the newly acknowledged messages. */
  readonly answersUpcast: boolean;
  /** Number of lost messages that later ones have overtaken, outside an outage. The others may still wait on a paused machine. */
  readonly overtaken: number;
}

/** Of a peer to which nothing is in flight. An empty `Map` takes 240 bytes, and there are many such peers. */
const NOTHING_SENT = new Map<number, Sent>();
const NOTHING_DELIVERED: readonly number[] = [];

/** Tracks the messages to one peer: their numbers, and which are in flight, acknowledged or lost (after RFC 9002, section 6). */
export class SendWindow {
  private sent = NOTHING_SENT;
  private nextNumber: number;
  private highestAcknowledged = 0;
  /** Departure times of the last acknowledged messages, sorted. */
  private delivered = NOTHING_DELIVERED;

  /**
   * @param firstNumber number of the first message; larger than 1 if the peer or a departed member had messages before
   * @param lastNumber the highest number so far
   */
  constructor(
    private readonly firstNumber: number,
    lastNumber = firstNumber - 1,
  ) {
    this.nextNumber = lastNumber + 1;
  }

  /** Whether the numbers so far are all that there is to know: nothing is in flight, and nothing was ever acknowledged. */
  get isBlank(): boolean {
    return this.isEmpty && this.highestAcknowledged === 0;
  }

  /** Whether every message is acknowledged or forgotten. */
  get isEmpty(): boolean {
    return this.sent.size === 0;
  }

  /** The highest number so far, or the number before the first one if there was no message. */
  get lastNumber(): number {
    return this.nextNumber - 1;
  }

  /** The first number, if it is not 1 and no message is acknowledged yet: the peer cannot know it. */
  get unusualFirst(): number | undefined {
    return this.firstNumber > 1 && this.highestAcknowledged < this.firstNumber ? this.firstNumber : undefined;
  }

  /** Takes the number for a message that leaves now. */
  nextMessage(): number {
    return this.nextNumber++;
  }

  /** The lowest number that still matters after message `number` has left. */
  baseOf(number: number): number {
    const [oldest = this.nextNumber] = this.sent.keys();
    return Math.min(number, oldest);
  }

  /** Starts to await the acknowledgement of a message. */
  track(number: number, dots: readonly DotRange[], sentAt: number, options: SendOptions): void {
    const { isDirect = false, isRequest = false, isUpcast = false, answers } = options;
    if (this.sent === NOTHING_SENT) this.sent = new Map();
    this.sent.set(number, { dots, sentAt, isDirect, isRequest, isUpcast, answers, isTrusted: false, lost: false });
  }

  /** Whether the acknowledgement of a message is awaited. */
  isInFlight(number: number): boolean {
    const message = this.sent.get(number);
    return message !== undefined && !message.lost && !message.isTrusted;
  }

  /** Whether a message counts as lost. */
  isLost(number: number): boolean {
    return this.sent.get(number)?.lost === true;
  }

  /** The dots in flight. */
  *inFlight(): Generator<DotRange> {
    for (const message of this.sent.values()) if (!message.lost) yield* message.dots;
  }

  /** The dots in flight, without those of trusted answers. */
  *doubtful(): Generator<DotRange> {
    for (const message of this.sent.values()) if (!message.lost && !message.isTrusted) yield* message.dots;
  }

  /** The dots of lost messages. */
  *lost(): Generator<DotRange> {
    for (const message of this.sent.values()) if (message.lost) yield* message.dots;
  }

  /**
   * Handles an acknowledgement.
   * @param patience age from which a missing message counts as lost, in ms
   * @param arrived called with the dots of each acknowledged message
   */
  acknowledge(
    { ranges, held }: Acknowledgement,
    { now, patience }: { readonly now: number; readonly patience: number },
    arrived: (dots: readonly DotRange[]) => void,
  ): AcknowledgementNews {
    const numbers = new IntervalSet(ranges);
    this.highestAcknowledged = Math.max(this.highestAcknowledged, Math.min(numbers.max, this.nextNumber - 1));
    let newest: Sent | undefined;
    let answersUpcast = false;
    const missing: Sent[] = [];
    const overtaken: Sent[] = [];
    const delivered = [...this.delivered];
    for (const [number, message] of this.sent) {
      if (numbers.has(number)) {
        arrived(message.dots);
        this.sent.delete(number);
        delivered.push(message.sentAt);
        answersUpcast ||= message.isRequest && message.isUpcast;
        // Only the message that `held` refers to measures a round trip.
        newest = number === numbers.max ? message : undefined;
        continue;
      }
      const isOvertaken = number < numbers.max;
      // The peer has told that it lacks this message, so it has to acknowledge it after all: it may never request the answer,
      // because a later message has answered as well.
      if (isOvertaken) {
        message.answers = undefined;
        message.isTrusted = false;
      }
      if (message.lost || now - message.sentAt <= patience) continue;
      missing.push(message);
      if (isOvertaken) overtaken.push(message);
    }
    if (this.sent.size === 0) this.sent = NOTHING_SENT;
    this.delivered = delivered.sort((a, b) => a - b).slice(-PEER.deliveriesRemembered);
    return {
      roundTrip: newest === undefined ? undefined : now - newest.sentAt - held,
      answersUpcast,
      lost: this.giveUp(missing),
      overtaken: overtaken.filter(({ sentAt }) => !this.fellToOutage(sentAt)).length,
    };
  }

  /** Gives up those of `concerned` messages that left at `time` or before; returns their number. */
  giveUpUntil(time: number, concerned: (dots: readonly DotRange[]) => boolean = () => true): number {
    return this.giveUp(
      [...this.sent.values()].filter(({ lost, sentAt, dots }) => !lost && sentAt <= time && concerned(dots)),
    );
  }

  /** Marks answers that left at `time` or before as arrived: otherwise the peer would have requested them again. */
  trustAnswers(time: number): void {
    for (const message of this.sent.values())
      if (message.answers !== undefined && message.sentAt <= time) message.isTrusted = true;
  }

  /** The peer may not request the answers that left so far: each of them needs its own acknowledgement. */
  distrustAnswers(): void {
    for (const message of this.sent.values()) message.answers = undefined;
  }

  /** The messages of the peer that answers in flight acknowledge, unless these have arrived for all that is known. */
  answered(): NumberRange[] {
    return [...this.sent.values()].flatMap(({ answers, isTrusted, lost }) =>
      answers === undefined || isTrusted || lost ? [] : [answers],
    );
  }

  /** Gives up those of the `concerned` trusted answers that are left: they have not arrived after all. */
  giveUpTrusted(concerned: (dots: readonly DotRange[]) => boolean): void {
    this.giveUp([...this.sent.values()].filter(({ isTrusted, lost, dots }) => isTrusted && !lost && concerned(dots)));
  }

  /** The oldest unacknowledged message of each kind: direct or not, overtaken or not, asked or not. */
  oldestUnacknowledged(): InFlight[] {
    const oldest: InFlight[] = [];
    for (const [number, { sentAt, isDirect, isRequest, isTrusted, lost }] of this.sent) {
      if (lost || isTrusted) continue;
      const isOvertaken = number < this.highestAcknowledged;
      const isOfItsKind = (other: InFlight) =>
        other.isDirect === isDirect && other.isOvertaken === isOvertaken && other.isRequest === isRequest;
      if (!oldest.some(isOfItsKind)) oldest.push({ sentAt, isDirect, isOvertaken, isRequest });
    }
    return oldest;
  }

  /** Removes and returns the messages whose dots the peer is known to have. */
  takeOut(isKnown: (dots: readonly DotRange[]) => boolean): readonly Readonly<Sent>[] {
    const known: Sent[] = [];
    for (const [number, message] of this.sent) {
      if (!isKnown(message.dots)) continue;
      this.sent.delete(number);
      known.push(message);
    }
    if (this.sent.size === 0) this.sent = NOTHING_SENT;
    return known;
  }

  /** Forgets all messages. */
  clear(): void {
    this.sent = NOTHING_SENT;
  }

  private giveUp(messages: readonly Sent[]): number {
    for (const message of messages) message.lost = true;
    if (messages.length > 0) this.forgetOldLosses();
    return messages.length;
  }

  private forgetOldLosses(): void {
    const lost = [...this.sent].filter(([, message]) => message.lost);
    for (const [number] of lost.slice(0, Math.max(0, lost.length - PEER.lostRemembered))) this.sent.delete(number);
  }

  /** Whether the peer received nothing for a long time around the departure of a message. */
  private fellToOutage(sentAt: number): boolean {
    const before = this.delivered.findLast((at) => at < sentAt) ?? Number.POSITIVE_INFINITY;
    const after = this.delivered.find((at) => at > sentAt) ?? Number.NEGATIVE_INFINITY;
    return after - before > PEER.outage;
  }
}
