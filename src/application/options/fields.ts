import * as v from "valibot";
import type { LineLog, LogOption } from "./guarded-log.js";

/** The longest delay of one of Node's timers, in ms: a longer one fires at once. */
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

/** A delay in ms that a timer supports, fractions allowed. */
export const duration = v.custom<number>(
  (value) => typeof value === "number" && value >= 1 && value <= LONGEST_TIMER,
  `a number of ms from 1 to ${LONGEST_TIMER}`,
);

/** An object of any class with these methods. @param words its description, as the end of "must be …" */
export function withMethods<T extends object>(words: string, ...methods: string[]) {
  return v.custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
    words,
  );
}

/** Description of a member's id, as the end of "must be …". */
export const ID_WORDS = `a string of 1 to ${LONGEST_ID} characters, without white space at its ends or control characters`;

/** A member's id. White space at its ends and invisible characters are rejected as mistakes. */
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

/** Form of the messages between members: see the option `wire` of the transports. */
export type WireForm = "compact" | "json";

export const wireForm = v.picklist(["compact", "json"], '"compact" or "json"');

/** A log that an application gives. */
export const log = v.custom<LogOption>(
  (value) => typeof value === "function" || typeof (value as Partial<LineLog> | null)?.line === "function",
  "a Log: an object with the method line, or a function that takes events, such as pinoLog(logger) or consoleLog()",
);

/** Whether a value is an object as literals and JSON create it, and not an instance of a class such as Map. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * An item, or a list of at least one.
 * @param words what is allowed, for the error
 */
export function oneOrMore<Item extends v.GenericSchema>(item: Item, words: string) {
  return v.union([item, v.pipe(v.array(item), v.minLength(1, words))], words);
}
