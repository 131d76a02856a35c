import { PEER } from "../config.js";
import type { Acknowledgement } from "../messages.js";
import { IntervalSet } from "../values/interval-set.js";

/** Which messages of a peer have arrived, and what it has to be told of them. */
export class ReceiveWindow {
  private received = new IntervalSet();
  private base = 1;
  private highestReceivedAt = 0;
  /** Does the peer wait for the acknowledgement of values? */
  owesAnswer = false;
  /** When the oldest unacknowledged message of the peer came, by this node's clock, in ms; `undefined` if none is owed. */
  owedSince: number | undefined;
  /** Since when a message of the peer is missing that it was not told of yet, in ms; `undefined` if none is. */
  gapSince: number | undefined;

  /** Has no message of the peer's present incarnation come yet? */
  get isEmpty(): boolean {
    return this.received.isEmpty && this.base === 1;
  }

  /** For how long no numbered message of the peer's present incarnation has come, in ms; `Infinity` if none ever did. */
  silence(now: number): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : now - this.highestReceivedAt;
  }

  /**
   * Takes in the number of a message that arrived.
   * @param base lower numbers need no acknowledgement any more
   * @returns false if it came before (a duplicate)
   */
  add(number: number, base: number, now: number): boolean {
    if (number < this.base || this.received.has(number)) return false;
    const expected = Math.max(this.received.max + 1, base);
    if (number > expected) this.gapSince ??= now;
    if (number >= this.received.max) this.highestReceivedAt = now;
    this.received.add(number);
    if (base > this.base) {
      this.base = base;
      if (base > 1) this.received.remove(1, base - 1);
    }
    // A peer that leaves out numbers for ever must not fill this node's memory: the oldest are not acknowledged any more.
    if (this.received.rangeCount > PEER.receivedRanges) {
      const [oldest] = this.received.ranges();
      const [, last] = oldest as [number, number];
      this.received.remove(1, last);
      this.base = last + 1;
    }
    return true;
  }

  /**
   * Acknowledges all that has come and still matters, in a message that leaves now.
   * @param incarnation the peer's, whose numbers these are; `undefined` if it has not spoken yet
   * @returns `undefined` if nothing ever came
   */
  acknowledge(incarnation: number | undefined, now: number): Acknowledgement | undefined {
    this.settle();
    if (incarnation === undefined || this.received.isEmpty) return undefined;
    return { incarnation, ranges: [...this.received.ranges()], held: now - this.highestReceivedAt };
  }

  /** The peer has restarted: it numbers its messages anew. */
  reset(): void {
    this.received = new IntervalSet();
    this.base = 1;
    this.settle();
  }

  private settle(): void {
    this.owedSince = undefined;
    this.owesAnswer = false;
    this.gapSince = undefined;
  }
}
