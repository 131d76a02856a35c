import { PEER } from "../config.js";
import type { Acknowledgement } from "../messages.js";
import { IntervalSet } from "../values/interval-set.js";

/** Numbers of messages, both ends included. */
export type NumberRange = readonly [first: number, last: number];

/** Tracks which messages of a peer have arrived, and which acknowledgements it is owed. */
export class ReceiveWindow {
  private readonly received = new IntervalSet();
  private base = 1;
  private highestReceivedAt = 0;
  /** The first and the last of the peer's messages with values that no acknowledgement has left for; `undefined` if there is none. */
  awaited: NumberRange | undefined;
  /**
   * When the oldest unacknowledged message of the peer came, by this node's clock, in ms; `undefined` if no
   * acknowledgement is owed.
   */
  owedSince: number | undefined;
  /**
   * Since when a message of the peer has been missing without an acknowledgement that shows it, in ms; `undefined` if
   * none is missing.
   */
  gapSince: number | undefined;

  /** Whether no message of the peer's present incarnation has come yet. */
  get isEmpty(): boolean {
    return this.received.isEmpty && this.base === 1;
  }

  /** Whether there is nothing to know: no message came, and no acknowledgement is owed. */
  get isBlank(): boolean {
    return this.isEmpty && this.owedSince === undefined;
  }

  /** Time since the last numbered message of the peer's present incarnation, in ms; `Infinity` if none came. */
  silence(now: number): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : now - this.highestReceivedAt;
  }

  /**
   * Registers a message.
   * @param base lower numbers need no acknowledgement
   * @returns false for a duplicate
   */
  add(number: number, base: number, now: number): boolean {
    if (number < this.base || this.received.has(number)) return false;
    const expected = Math.max(this.received.max + 1, base);
    if (number > expected) this.gapSince ??= now;
    if (number >= this.received.max) this.highestReceivedAt = now;
    this.received.add(number);
    if (base > this.base) {
      this.base = base;
      this.received.remove(1, base - 1);
    }
    // The memory is bounded, even if a faulty peer skips numbers again and again. The oldest numbers are not
    // acknowledged any more.
    if (this.received.rangeCount > PEER.receivedRanges) {
      const [oldest] = this.received.ranges();
      const [, last] = oldest as [number, number];
      this.received.remove(1, last);
      this.base = last + 1;
    }
    return true;
  }

  /**
   * Returns an acknowledgement for a message that leaves now.
   * @param incarnation the peer's incarnation, to which the numbers belong; `undefined` before its first message
   * @param answered ranges of numbers that it must not acknowledge
   * @returns `undefined` if nothing ever came
   */
  acknowledge(
    incarnation: number | undefined,
    now: number,
    answered: readonly NumberRange[] = [],
  ): Acknowledgement | undefined {
    this.settle();
    if (incarnation === undefined || this.received.isEmpty) return undefined;
    const held = now - this.highestReceivedAt;
    if (answered.length === 0) return { incarnation, ranges: [...this.received.ranges()], held };
    const numbers = new IntervalSet(this.received.ranges());
    for (const [first, last] of answered) numbers.remove(first, last);
    // `held` is known for the highest number alone.
    const ranges = numbers.max === this.received.max ? [...numbers.ranges()] : [];
    return { incarnation, ranges, held };
  }

  /** The peer waits for an acknowledgement of this message, and requests a missing one. */
  awaitsAnswer(number: number): void {
    const [first, last] = this.awaited ?? [number, number];
    this.awaited = [Math.min(first, number), Math.max(last, number)];
  }

  private settle(): void {
    this.owedSince = undefined;
    this.awaited = undefined;
    this.gapSince = undefined;
  }
}
