/** Removed items at the front that are kept at most, unless there are more items behind them. */
const SLACK = 1_000;

/**
 * A queue: first in, first out. Each call takes constant time on average. `shift` of an array copies the whole array once it has some ten
 * thousand items.
 */
export class Fifo<Item> {
  private items: (Item | undefined)[] = [];
  /** Index in `items` of the first item. */
  private start = 0;

  constructor(items: Iterable<Item> = []) {
    this.items = [...items];
  }

  get length(): number {
    return this.items.length - this.start;
  }

  /** The item that entered first; it stays in the queue. */
  get first(): Item | undefined {
    return this.items[this.start];
  }

  push(item: Item): void {
    this.items.push(item);
  }

  /** Removes and returns the item that entered first. */
  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.start];
    this.items[this.start++] = undefined;
    if (this.start > SLACK && this.start * 2 > this.items.length) {
      this.items = this.items.slice(this.start);
      this.start = 0;
    }
    return item;
  }

  clear(): void {
    this.items = [];
    this.start = 0;
  }
}
