import { parse } from "lossless-json";

/**
 * A number whose text JavaScript does not preserve: a whole number written as a float (`3.0`, `1e0`), or one too large for a
 * double. Maelstrom distinguishes 3 from 3.0 (as Clojure's `=` does), so the bench judges such numbers by their text.
 */
export class NumberLiteral {
  constructor(readonly text: string) {}

  /** Whether it is written as an integer; Clojure's `integer?` asks the same. */
  get isInteger(): boolean {
    return !FLOAT.test(this.text);
  }
}

const FLOAT = /[.eE]/;

/** A line without this needs no `parseExactly`; digits inside strings match as well. */
const SUSPICIOUS = /\d[.eE]|\d{16}/;

/** Whether a line of JSON may contain numbers whose text `JSON.parse` does not preserve. */
export function mayLoseNumbers(line: string): boolean {
  return SUSPICIOUS.test(line);
}

/** Parses a valid JSON text; numbers whose text JavaScript would not preserve become a `NumberLiteral`. */
export function parseExactly(line: string): unknown {
  return parse(line, null, {
    parseNumber: (text) => (keepsItsText(text) ? Number(text) : new NumberLiteral(text)),
    // As `JSON.parse` does: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** Whether Maelstrom takes a value of a message for an integer. */
export function isInteger(value: unknown): boolean {
  return value instanceof NumberLiteral ? value.isInteger : Number.isInteger(value);
}

/** A part of a message as JSON, with its numbers as written; "nothing" for undefined. */
export function jsonText(value: unknown): string {
  if (value instanceof NumberLiteral) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing";
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${jsonText(part)}`).join(",")}}`;
}

function keepsItsText(token: string): boolean {
  const value = Number(token);
  return FLOAT.test(token) ? Number.isFinite(value) && !Number.isInteger(value) : Number.isSafeInteger(value);
}
