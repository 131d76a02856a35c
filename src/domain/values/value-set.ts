import { canonicalJson } from "./canonical-json.js";
import type { JsonValue } from "./json-value.js";

/**
 * JSON values by content: `1` and `"1"` differ, `1` and `1.0` do not, and the order of object keys does not matter. A
 * set, or a bag if duplicates are allowed.
 */
export class ValueSet {
  private readonly present = new Set<string | number>();
  /** How often each value was added, minus how often it was removed, if that is more than once: few are. */
  private readonly repeated = new Map<string | number, number>();
  private inOrder: JsonValue[] = [];

  /** @param allowDuplicates whether equal values count separately */
  constructor(private readonly allowDuplicates = false) {}

  /** Adds a value, which must not be modified afterwards; returns false if a set already had it. */
  add(value: JsonValue): boolean {
    if (this.addNew(value)) return true;
    const key = keyOf(value);
    this.repeated.set(key, this.countOf(key) + 1);
    if (this.allowDuplicates) this.inOrder.push(value);
    return this.allowDuplicates;
  }

  /** Adds a value unless it is there; returns whether it was added. */
  addNew(value: JsonValue): boolean {
    const { size } = this.present;
    // The size tells whether it was there: `has` would look it up a second time.
    if (this.present.add(keyOf(value)).size === size) return false;
    this.inOrder.push(value);
    return true;
  }

  /** Undoes one `add` per value. A set keeps a value until every `add` of it is undone. */
  remove(values: readonly JsonValue[]): void {
    /** How many of the first equal values are removed, per value. */
    const leaving = new Map<string | number, number>();
    let left = 0;
    for (const value of values) {
      const key = keyOf(value);
      const count = this.countOf(key);
      if (count === 0) continue;
      if (count === 1) this.present.delete(key);
      else if (count === 2) this.repeated.delete(key);
      else this.repeated.set(key, count - 1);
      if (!this.allowDuplicates && count > 1) continue;
      leaving.set(key, (leaving.get(key) ?? 0) + 1);
      left++;
    }
    if (left === 0) return;
    this.inOrder = this.inOrder.filter((value) => {
      // Mostly the first values leave. The others need not be looked at, which would take most of the time.
      if (left === 0) return true;
      const key = keyOf(value);
      const count = leaving.get(key) ?? 0;
      if (count === 0) return true;
      leaving.set(key, count - 1);
      left--;
      return false;
    });
  }

  has(value: JsonValue): boolean {
    return this.present.has(keyOf(value));
  }

  /** How often the value was added, minus how often it was removed. */
  count(value: JsonValue): number {
    return this.countOf(keyOf(value));
  }

  /** The values in the order in which they were added: a live view until one is removed, not a copy. */
  values(): readonly JsonValue[] {
    return this.inOrder;
  }

  get size(): number {
    return this.inOrder.length;
  }

  private countOf(key: string | number): number {
    return this.repeated.get(key) ?? (this.present.has(key) ? 1 : 0);
  }
}

/**
 * Returns the key that represents a value's content in a `Map`. Numbers, the most common values, are their own keys; a
 * `Map` treats 0 and -0 as equal.
 */
export function keyOf(value: JsonValue): string | number {
  return typeof value === "number" ? value : canonicalJson(value);
}
