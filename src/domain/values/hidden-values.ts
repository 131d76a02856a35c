import type { Arrivals } from "./arrivals.js";
import type { JsonValue } from "./json-value.js";
import { keyOf } from "./value-set.js";

/**
 * The values that are not durable yet: the latest arrivals. A crash of this node may lose them, so reads do not show them.
 * Values that had come before under another dot do not count.
 */
export class HiddenValues {
  /** Number of hidden values. */
  size = 0;
  /** Arrival number of the first hidden value: earlier ones are durable. */
  private first = 0;
  /** How often each value is hidden; counted on demand, since most values are durable before anyone asks. */
  private counts: Map<string | number, number> | undefined;

  constructor(private readonly arrivals: Arrivals) {}

  /** Arrival number up to which values are durable. */
  get durable(): number {
    return this.first;
  }

  /** A value has arrived that had not come before. */
  add(): void {
    this.size++;
    this.counts = undefined;
  }

  /** Number of hidden values equal to this one. */
  count(key: string | number): number {
    if (this.size === 0) return 0;
    if (this.counts === undefined) {
      this.counts = new Map();
      for (const arrival of this.before(this.arrivals.end)) {
        const hidden = keyOf(this.arrivals.valueAt(arrival) as JsonValue);
        this.counts.set(hidden, (this.counts.get(hidden) ?? 0) + 1);
      }
    }
    return this.counts.get(key) ?? 0;
  }

  /** Arrival numbers of the hidden values that arrived before `end`. */
  *before(end: number): Generator<number> {
    for (let arrival = this.first; arrival < end; arrival++) if (this.arrivals.isNew(arrival)) yield arrival;
  }

  /** The values that arrived before `end` are durable, and not hidden any more. */
  show(end: number): void {
    if (end === this.arrivals.end) this.size = 0;
    else for (const _ of this.before(end)) this.size--;
    this.first = end;
    this.counts = undefined;
  }
}
