import type { JsonValue } from "./json-value.js";

/**
 * Returns the canonical JSON text of a value, after the JSON Canonicalization Scheme (RFC 8785): equal texts mean equal
 * values. Object keys are sorted by UTF-16 code units, there is no whitespace, and each number has one spelling (`1.0` is
 * `1`, `-0` is `0`). The function is recursive; the caller limits the nesting depth.
 *
 * It differs from the RFC in one point. A string may contain a lone surrogate, which the RFC forbids; it is written as an
 * escape (`"\ud800"`). The text is only a key within this process, and is never sent.
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
