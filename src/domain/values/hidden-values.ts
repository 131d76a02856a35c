import type { JsonValue } from "./json-value.js";
import { keyOf } from "./value-set.js";

/** Values that are not durable yet, in the order of arrival. A crash of this node may lose them, so reads do not show them. */
export class HiddenValues<Dotted extends { readonly value: JsonValue }> {
  private queue: { readonly dotted: Dotted; readonly arrival: number }[] = [];
  /** How often each value is in the queue; counted on demand, since most values are durable before anyone asks. */
  private counts: Map<string | number, number> | undefined;

  get size(): number {
    return this.queue.length;
  }

  add(dotted: Dotted, arrival: number): void {
    this.queue.push({ dotted, arrival });
    if (this.counts !== undefined) change(this.counts, dotted.value, 1);
  }

  /** Number of hidden values equal to this one. */
  count(key: string | number): number {
    if (this.queue.length === 0) return 0;
    if (this.counts === undefined) {
      this.counts = new Map();
      for (const { dotted } of this.queue) change(this.counts, dotted.value, 1);
    }
    return this.counts.get(key) ?? 0;
  }

  /** Removes and returns the values that arrived before `arrival`. */
  take(arrival: number): Dotted[] {
    const rest = this.queue.findIndex((value) => value.arrival >= arrival);
    const taken = this.queue.splice(0, rest === -1 ? this.queue.length : rest).map(({ dotted }) => dotted);
    if (this.queue.length === 0) this.counts = undefined;
    else if (this.counts !== undefined) for (const { value } of taken) change(this.counts, value, -1);
    return taken;
  }
}

function change(counts: Map<string | number, number>, value: JsonValue, by: number): void {
  const key = keyOf(value);
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
