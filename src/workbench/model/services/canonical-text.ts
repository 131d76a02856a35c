import { mayLoseNumbers, NumberLiteral, parseExactly } from "../number-literals.js";

/**
 * A JSON text for the content of a value: values are equal, as for Clojure's `=`, if their texts are. Keys of objects are
 * sorted, 1.0 equals 1.00 but not 1, and undefined is null.
 * Recursive, which is safe because the nesting of messages is bounded.
 */
export function canonicalText(value: unknown): string {
  if (value instanceof NumberLiteral) return value.isInteger ? BigInt(value.text).toString() : floatText(value.text);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText((value as Record<string, unknown>)[key])}`);
  return `{${members.join(",")}}`;
}

/** The value of a canonical text. */
export function valueOfText(text: string): unknown {
  return mayLoseNumbers(text) ? parseExactly(text) : JSON.parse(text);
}

function floatText(written: string): string {
  const number = Number(written);
  if (!Number.isFinite(number)) return written;
  const text = String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
