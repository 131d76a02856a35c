import type { JsonValue } from "./json-value.js";
import { keyOf } from "./value-set.js";

/** Values that are not durable yet, in the order of arrival. A crash of this node may lose them, so reads do not show them. */
export class HiddenValues<Dotted extends { readonly value: JsonValue }> {
  private queue: { readonly dotted: Dotted; readonly arrival: number }[] = [];
  private readonly counts = new Map<string | number, number>();

  get size(): number {
    return this.queue.length;
  }

  add(dotted: Dotted, arrival: number): void {
    this.queue.push({ dotted, arrival });
    const key = keyOf(dotted.value);
    this.counts.set(key, this.count(key) + 1);
  }

  /** Number of hidden values equal to this one. */
  count(key: string | number): number {
    return this.counts.get(key) ?? 0;
  }

  /** Removes and returns the values that arrived before `arrival`. */
  take(arrival: number): Dotted[] {
    const rest = this.queue.findIndex((value) => value.arrival >= arrival);
    const taken = this.queue.splice(0, rest === -1 ? this.queue.length : rest).map(({ dotted }) => dotted);
    for (const { value } of taken) {
      const key = keyOf(value);
      const count = this.count(key) - 1;
      if (count === 0) this.counts.delete(key);
      else this.counts.set(key, count);
    }
    return taken;
  }
}
