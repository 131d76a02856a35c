import * as v from "valibot";

/** The longest time that a timer of Node can wait, in ms: one of more fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
const LONGEST_ID = 200;

/** A whole number within these limits, both included. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  const words =
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(words),
    v.check((value) => Number.isSafeInteger(value) && value >= least && value <= most, words),
  );
}

/** A time in ms that a timer can wait, fractions allowed. */
export const duration = v.custom<number>(
  (value) => typeof value === "number" && value >= 1 && value <= LONGEST_TIMER,
  `a number of ms from 1 to ${LONGEST_TIMER}`,
);

/** Something with these methods, of whatever class. @param words what it is, to be read after "must be" */
export function withMethods<T extends object>(words: string, ...methods: string[]) {
  return v.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
    words,
  );
}

/** What a member's id looks like, to be read after "must be". */
export const ID_WORDS = `a text of 1 to ${LONGEST_ID} characters, without white space at its ends or control characters`;

/** A member's id. One that differs from another only by white space or by what nobody sees is a mistake. */
export const memberId = v.pipe(
  v.string(ID_WORDS),
  v.check((id) => isMemberId(id), ID_WORDS),
);

export function isMemberId(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length >= 1 &&
    value.length <= LONGEST_ID &&
    value === value.trim() &&
    !/[\p{Cc}\p{Surrogate}]/u.test(value)
  );
}

export const log = withMethods<{ line(text: string): void }>("a Log: an object with the method line", "line");

/** Whether a value is an object as literals and JSON make them, and not of some class, such as Map. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
