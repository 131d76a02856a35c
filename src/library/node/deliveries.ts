import * as v from "valibot";
import { Fifo } from "../../collections/fifo.js";
import type { Delivery } from "./types.js";

/** Default number of deliveries queued for an iteration. */
const DEFAULT_BUFFER = 10_000;

/** An iteration over deliveries was too slow: more values came than its buffer holds. */
export class DeliveryOverflow extends Error {
  override readonly name = "DeliveryOverflow";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_DELIVERY_OVERFLOW";
}

/** Options of `deliveries`. */
export interface DeliveriesOptions {
  /** Whether to begin with all values that the node has at this moment, instead of the next new one. Default: false. */
  readonly past?: boolean;
  /** The most deliveries queued for the consumer, besides those of the past. Default: 10,000. */
  readonly buffer?: number;
}

/** Schema of the options of `deliveries`. */
export const deliveriesSchema = v.strictObject({
  past: v.optional(v.boolean("true or false")),
  buffer: v.optional(v.pipe(v.number("a number from 1"), v.minValue(1, "a number from 1"))),
});

/**
 * Passes deliveries to one consumer, one after another. While the consumer is busy they are queued, up to a limit. Beyond it no
 * value is skipped silently: the consumer gets the queued values, and then a `DeliveryOverflow`.
 */
export class DeliveryFeed<Value> implements AsyncIterableIterator<Delivery<Value>> {
  private readonly waiting: Fifo<Delivery<Value>>;
  private readonly limit: number;
  private wake: (() => void) | undefined;
  private overflow: DeliveryOverflow | undefined;
  private ended = false;
  /** Pending calls of `next`, answered in order. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    past: readonly Delivery<Value>[],
    buffer = DEFAULT_BUFFER,
    private readonly onEnd: (feed: DeliveryFeed<Value>) => void,
  ) {
    this.waiting = new Fifo(past);
    this.limit = buffer + past.length;
  }

  push(delivery: Delivery<Value>): void {
    if (this.ended) return;
    if (this.waiting.length < this.limit) this.waiting.push(delivery);
    else {
      this.overflow = new DeliveryOverflow(
        `more than ${this.limit} deliveries were queued for this iterator; consume them faster, set a larger buffer, or use on("delivery")`,
      );
      this.end();
    }
    this.wake?.();
  }

  /** No more deliveries come; queued ones are still passed on. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(this);
    this.wake?.();
  }

  next(): Promise<IteratorResult<Delivery<Value>, undefined>> {
    const answer = this.turn.then(() => this.take());
    this.turn = answer.catch(() => {});
    return answer;
  }

  async return(): Promise<IteratorResult<Delivery<Value>, undefined>> {
    this.waiting.clear();
    this.overflow = undefined;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async take(): Promise<IteratorResult<Delivery<Value>, undefined>> {
    while (this.waiting.length === 0 && !this.ended)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    const delivery = this.waiting.shift();
    if (delivery !== undefined) return { done: false, value: delivery };
    const { overflow } = this;
    this.overflow = undefined;
    if (overflow !== undefined) throw overflow;
    return { done: true, value: undefined };
  }
}
