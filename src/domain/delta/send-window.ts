import { PEER } from "../config.js";
import type { Acknowledgement } from "../messages.js";
import type { DotRange } from "../values/dot.js";
import { IntervalSet } from "../values/interval-set.js";

/** How a message leaves. */
export interface SendOptions {
  /** Its actor sends it to every member: acknowledgements of such may come by way of the root. */
  readonly isDirect?: boolean;
  /** It goes out besides what the peer is owed: nothing counts as sent, and no acknowledgement is awaited. */
  readonly isExtra?: boolean;
  /** It requests an acknowledgement at once. */
  readonly isAsked?: boolean;
  /** The peer is the parent, and answers it. */
  readonly isUpcast?: boolean;
  /** It acknowledges values of the peer, which asks if it does not come. */
  readonly isAnswer?: boolean;
}

/** A message that left and is not acknowledged yet. */
interface Sent extends Required<Omit<SendOptions, "isExtra">> {
  readonly dots: readonly DotRange[];
  readonly sentAt: number;
  /** An answer that was not asked for again in time: its own acknowledgement is not awaited. */
  isTrusted: boolean;
  /** Given up: its values count as unsent again. A late acknowledgement is still welcome. */
  lost: boolean;
}

/** A message whose acknowledgement is awaited. */
export interface InFlight {
  /** When it left, by this node's clock, in ms. */
  readonly sentAt: number;
  readonly isDirect: boolean;
  /** A later one is acknowledged already: this one is late, or lost. */
  readonly isOvertaken: boolean;
  /** The peer was asked to acknowledge it at once. */
  readonly isAsked: boolean;
}

/** What an acknowledgement taught. */
export interface AcknowledgementNews {
  /** Time from a message's departure to its acknowledgement's arrival, less the time held, in ms; absent if nothing new was acknowledged. */
  readonly roundTrip: number | undefined;
  /** Messages that must be lost: they should have come, and are not acknowledged. */
  readonly lost: number;
  /** Those among them that later ones have overtaken, but for an outage. The others may wait unread on a machine that is paused. */
  readonly overtaken: number;
}

/** The messages to one peer: their numbers, and which of them are in flight, acknowledged or lost (after RFC 9002, section 6). */
export class SendWindow {
  private readonly sent = new Map<number, Sent>();
  private nextNumber: number;
  private highestAcknowledged = 0;
  /** When the last messages left that were acknowledged, sorted. */
  private delivered: readonly number[] = [];

  /** @param firstNumber of the messages to the peer; larger than 1 if the peer, or a member that left, had some before */
  constructor(private firstNumber: number) {
    this.nextNumber = firstNumber;
  }

  /** The highest number so far; one below the first number if there was no message. */
  get lastNumber(): number {
    return this.nextNumber - 1;
  }

  /** The first number, for a peer that cannot know it: it is not 1, and no message is acknowledged yet. */
  get unusualFirst(): number | undefined {
    return this.firstNumber > 1 && this.highestAcknowledged < this.firstNumber ? this.firstNumber : undefined;
  }

  /** The number of the message that leaves now. */
  nextMessage(): number {
    return this.nextNumber++;
  }

  /** The lowest number that still matters once the message `number` has left. */
  baseOf(number: number): number {
    const [oldest = this.nextNumber] = this.sent.keys();
    return Math.min(number, oldest);
  }

  /** The message awaits an acknowledgement. */
  track(number: number, dots: readonly DotRange[], sentAt: number, options: SendOptions): void {
    const { isDirect = false, isAsked = false, isUpcast = false, isAnswer = false } = options;
    this.sent.set(number, { dots, sentAt, isDirect, isAsked, isUpcast, isAnswer, isTrusted: false, lost: false });
  }

  /** The dots in flight. */
  *inFlight(): Generator<DotRange> {
    for (const message of this.sent.values()) if (!message.lost) yield* message.dots;
  }

  /** The dots of messages that were given up. */
  *lost(): Generator<DotRange> {
    for (const message of this.sent.values()) if (message.lost) yield* message.dots;
  }

  /**
   * Takes in an acknowledgement.
   * @param patience after how long a message that is not among them must be lost, in ms
   * @param arrived told of the dots of each message that has arrived
   */
  acknowledge(
    { ranges, held }: Acknowledgement,
    { now, patience }: { readonly now: number; readonly patience: number },
    arrived: (dots: readonly DotRange[]) => void,
  ): AcknowledgementNews {
    const numbers = new IntervalSet(ranges);
    this.highestAcknowledged = Math.max(this.highestAcknowledged, Math.min(numbers.max, this.nextNumber - 1));
    let newest: Sent | undefined;
    const missing: Sent[] = [];
    const overtaken: Sent[] = [];
    const delivered = [...this.delivered];
    for (const [number, message] of this.sent) {
      if (numbers.has(number)) {
        arrived(message.dots);
        this.sent.delete(number);
        delivered.push(message.sentAt);
        // Only an acknowledgement of the message that `held` speaks of measures a round trip.
        newest = number === numbers.max ? message : undefined;
      } else if (!message.lost && now - message.sentAt > patience) {
        missing.push(message);
        if (number < numbers.max) overtaken.push(message);
      }
    }
    this.delivered = delivered.sort((a, b) => a - b).slice(-PEER.deliveriesRemembered);
    return {
      roundTrip: newest === undefined ? undefined : now - newest.sentAt - held,
      lost: this.giveUp(missing),
      overtaken: overtaken.filter(({ sentAt }) => !this.fellToOutage(sentAt)).length,
    };
  }

  /** Gives up the messages that left at `time` or before; returns how many there were. */
  giveUpUntil(time: number): number {
    return this.giveUp([...this.sent.values()].filter(({ lost, sentAt }) => !lost && sentAt <= time));
  }

  /** Answers that left at `time` or before have come: the peer would have asked for them. They need no acknowledgement. */
  trustAnswers(time: number): void {
    for (const message of this.sent.values()) if (message.isAnswer && message.sentAt <= time) message.isTrusted = true;
  }

  /** Of the messages whose acknowledgement is awaited, the oldest of each kind: direct or not, overtaken or not, asked or not. */
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

  /** Takes out the messages whose dots the peer is known to have by other means; returns them. */
  takeOut(isKnown: (dots: readonly DotRange[]) => boolean): readonly Readonly<Sent>[] {
    const known: Sent[] = [];
    for (const [number, message] of this.sent) {
      if (!isKnown(message.dots)) continue;
      this.sent.delete(number);
      known.push(message);
    }
    return known;
  }

  /** No acknowledgement is awaited any more. */
  clear(): void {
    this.sent.clear();
  }

  /** This node has a new incarnation: it numbers its messages anew, and what is not acknowledged yet never will be. */
  restart(): void {
    this.sent.clear();
    this.delivered = [];
    this.firstNumber = 1;
    this.nextNumber = 1;
    this.highestAcknowledged = 0;
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

  /** Did nothing get through for long about the time when a message left? */
  private fellToOutage(sentAt: number): boolean {
    const before = this.delivered.findLast((at) => at < sentAt) ?? Number.POSITIVE_INFINITY;
    const after = this.delivered.find((at) => at > sentAt) ?? Number.NEGATIVE_INFINITY;
    return after - before > PEER.outage;
  }
}
