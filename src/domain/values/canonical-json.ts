import type { JsonValue } from "./json-value.js";

/**
 * Returns a JSON text that represents a value's content: equal texts mean equal values. Object keys are sorted (by
 * UTF-16 code units), there is no whitespace, and each number has one spelling (`1.0` is `1`, `-0` is `0`). The
 * function is recursive; the caller limits the nesting depth.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // Only own keys are read, and none is assigned, so `__proto__` is a key like any other.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`);
  return `{${members.join(",")}}`;
}
