import type { JsonValue } from "./json-value.js";

/**
 * The JSON text that stands for a value's content: equal texts, equal values. The keys of objects are sorted (by UTF-16
 * code units), nothing is spaced, and a number has one spelling (`1.0` is `1`, `-0` is `0`).
 * Recursive: the caller keeps values within a depth that the stack can bear.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // Own keys only, and read, never assigned: so `__proto__` is a key like any other.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`);
  return `{${members.join(",")}}`;
}
