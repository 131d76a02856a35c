import * as v from "valibot";
import type { Delivery } from "./types.js";

/** So many deliveries wait for whoever iterates, unless told otherwise. */
const DEFAULT_BUFFER = 10_000;

/** Whoever iterates over the deliveries was too slow: values came that did not fit into its buffer. */
export class DeliveryOverflow extends Error {
  override readonly name = "DeliveryOverflow";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_DELIVERY_OVERFLOW";
}

/** How deliveries are iterated over. */
export interface DeliveriesOptions {
  /** Begin with everything that the node has at this moment? Otherwise with what comes next. Default: false. */
  readonly past?: boolean;
  /** The most deliveries that wait for the consumer. Default: 10,000, besides those of the past. */
  readonly buffer?: number;
}

/** The options of `deliveries`, as they may be given. */
export const deliveriesSchema = v.strictObject({
  past: v.optional(v.boolean("true or false")),
  buffer: v.optional(v.pipe(v.number("a number from 1"), v.minValue(1, "a number from 1"))),
});

/**
 * Deliveries, one after another, to one consumer. What comes while it is busy waits, up to a limit; beyond that nothing is
 * left out silently: the consumer gets what waits, and then a `DeliveryOverflow`.
 */
export class DeliveryFeed<Value> implements AsyncIterableIterator<Delivery<Value>> {
  private readonly waiting: Delivery<Value>[];
  private readonly limit: number;
  private wake: (() => void) | undefined;
  private overflow: DeliveryOverflow | undefined;
  private ended = false;
  /** Calls of `next` are answered in their order. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    past: readonly Delivery<Value>[],
    buffer = DEFAULT_BUFFER,
    private readonly onEnd: (feed: DeliveryFeed<Value>) => void,
  ) {
    this.waiting = [...past];
    this.limit = buffer + past.length;
  }

  push(delivery: Delivery<Value>): void {
    if (this.ended) return;
    if (this.waiting.length < this.limit) this.waiting.push(delivery);
    else {
      this.overflow = new DeliveryOverflow(
        `more than ${this.limit} deliveries wait for this iterator: consume them faster, give it a larger buffer, or use on("delivery")`,
      );
      this.end();
    }
    this.wake?.();
  }

  /** Nothing more comes; what waits is still given out. */
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
    this.waiting.length = 0;
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
