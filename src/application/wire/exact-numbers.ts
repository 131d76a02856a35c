import { compareNumber } from "lossless-json";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** A literal with at most this many characters and no exponent has at most 15 digits, which a double represents exactly. */
const ALWAYS_EXACT_LENGTH = 15;

/** Matches every text with an exponent, and some others. */
const MAYBE_EXPONENT = /\d[eE]/;
/** Matches every text with a longer literal. Two expressions take half the time of one with an alternative. */
const MAYBE_LONG = /[-.\d]{16}/;

/**
 * The first number in a JSON text, as written, that a double cannot represent exactly: parsing and writing it would give another
 * number (`9007199254740993`, `1e400`, `0.1000000000000000055511151231257827`). `undefined` if there is none.
 * One pass, without backtracking. The text must be valid JSON.
 */
export function findInexactNumber(json: string): string | undefined {
  // Most texts need no closer look.
  if (!MAYBE_EXPONENT.test(json) && !MAYBE_LONG.test(json)) return undefined;
  let index = 0;
  while (index < json.length) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) index = endOfString(json, index);
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const { end, hasExponent } = scanNumber(json, index);
      // Most numbers are so short that no text has to be cut out for them.
      if (hasExponent || end - index > ALWAYS_EXACT_LENGTH) {
        const literal = json.slice(index, end);
        if (!isExact(literal)) return literal;
      }
      index = end;
    } else index++;
  }
  return undefined;
}

/** Whether a JSON number denotes exactly the decimal that JavaScript writes for it. */
function isExact(literal: string): boolean {
  const number = Number(literal);
  return Number.isFinite(number) && compareNumber(literal, String(number)) === 0;
}

function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json.charCodeAt(index) !== QUOTE) index += json.charCodeAt(index) === BACKSLASH ? 2 : 1;
  return index + 1;
}

/** Finds the end of the number that starts at `start`. */
function scanNumber(json: string, start: number): { readonly end: number; readonly hasExponent: boolean } {
  let hasExponent = false;
  let end = start + 1;
  for (; end < json.length; end++) {
    const code = json.charCodeAt(end);
    if (code >= ZERO && code <= NINE) continue;
    if (code === LOWER_E || code === UPPER_E) hasExponent = true;
    else if (code !== POINT && code !== MINUS && code !== PLUS) break;
  }
  return { end, hasExponent };
}
