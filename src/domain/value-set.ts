import { canonicalJson } from "./canonical-json.js";
import type { JsonValue } from "./json-value.js";

/** A set of JSON values by content: `1` and `"1"` differ, `1` and `1.0` do not, and the order of an object's keys does not matter. */
export class ValueSet {
  private readonly keys = new Set<string | number>();
  private readonly inOrder: JsonValue[] = [];

  /** Adds a value, which must not be changed afterwards; false if it was there already. */
  add(value: JsonValue): boolean {
    const sizeBefore = this.keys.size;
    this.keys.add(keyOf(value));
    if (this.keys.size === sizeBefore) return false;
    this.inOrder.push(value);
    return true;
  }

  has(value: JsonValue): boolean {
    return this.keys.has(keyOf(value));
  }

  /** Every value, each once, in the order in which they were added: a live view, not a copy. */
  values(): readonly JsonValue[] {
    return this.inOrder;
  }

  get size(): number {
    return this.inOrder.length;
  }
}

/** Numbers, the most common values, are their own keys; a `Set` takes 0 and -0 for the same. */
function keyOf(value: JsonValue): string | number {
  return typeof value === "number" ? value : canonicalJson(value);
}
