import type { JsonValue } from "./json-value.js";
import { keyOf } from "./value-set.js";

/** Values that came, and that a crash of this node might take away again: what they are, in the order in which they came. */
export class HiddenValues<Dotted extends { readonly value: JsonValue }> {
  private waiting: { readonly dotted: Dotted; readonly arrival: number }[] = [];
  private readonly counts = new Map<string | number, number>();

  get size(): number {
    return this.waiting.length;
  }

  add(dotted: Dotted, arrival: number): void {
    this.waiting.push({ dotted, arrival });
    const key = keyOf(dotted.value);
    this.counts.set(key, this.count(key) + 1);
  }

  /** How many equal values are hidden. */
  count(key: string | number): number {
    return this.counts.get(key) ?? 0;
  }

  /** Takes out what came before `arrival`. */
  take(arrival: number): Dotted[] {
    const rest = this.waiting.findIndex((value) => value.arrival >= arrival);
    const taken = this.waiting.splice(0, rest === -1 ? this.waiting.length : rest).map(({ dotted }) => dotted);
    for (const { value } of taken) {
      const key = keyOf(value);
      const count = this.count(key) - 1;
      if (count === 0) this.counts.delete(key);
      else this.counts.set(key, count);
    }
    return taken;
  }
}
