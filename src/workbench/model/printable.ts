/**
 * Characters that control a terminal, or change the appearance of the text around them: controls (C0, DEL, C1), halves of
 * surrogate pairs, line and paragraph separators, marks of writing direction, invisible format characters.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** Makes foreign text safe to print: characters that control a terminal become escapes, such as \x1b. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => SHORT.get(character) ?? escaped(character.codePointAt(0) as number));
}

/** JSON in which characters that control a terminal are escaped as well; it represents the same value. */
export function printableJson(value: unknown, indent?: number): string {
  // JSON itself keeps line breaks and spaces between values.
  return JSON.stringify(value, undefined, indent).replace(UNPRINTABLE, (character) =>
    character === "\n" ? character : [...utf16(character)].map((unit) => `\\u${hexadecimal(unit, 4)}`).join(""),
  );
}

const LONGEST_EXCERPT = 200;
const LONGEST_NAME = 60;

/** The beginning of a line, short enough and safe to print. */
export function excerpt(line: string): string {
  return shortened(line, LONGEST_EXCERPT);
}

/** A name that a node chose (a type, a receiver), as a sentence shows it. */
export function shownName(name: string): string {
  return shortened(name, LONGEST_NAME);
}

function shortened(text: string, longest: number): string {
  return text.length <= longest
    ? printable(text)
    : `${printable(beginningOf(text, longest))}… (${text.length} characters)`;
}

/**
 * The first `length` UTF-16 units of a text, as an independent string. In V8 a `slice` is a view of the whole text, and
 * would keep a line of many megabytes in memory for the few characters shown.
 */
export function beginningOf(text: string, length: number): string {
  return Array.from({ length: Math.min(length, text.length) }, (_, index) => text[index]).join("");
}

function escaped(code: number): string {
  if (code < 0x100) return `\\x${hexadecimal(code, 2)}`;
  return code < 0x10000 ? `\\u${hexadecimal(code, 4)}` : `\\u{${code.toString(16)}}`;
}

function hexadecimal(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

function* utf16(character: string): Generator<number> {
  for (let index = 0; index < character.length; index++) yield character.charCodeAt(index);
}
