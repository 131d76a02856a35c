import { quote } from "../../../application/options/invalid-options.js";
import { InvalidArgument } from "../event-listeners.js";

const LONGEST_NAME = 100;

/** The form of a topic's name. */
export const TOPIC_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

/** Description of a topic's name, as the end of "must be …". */
export const TOPIC_WORDS = `a string of 1 to ${LONGEST_NAME} letters (A to Z), digits and . _ - : /, which begins with a letter or a digit`;

/** Whether a topic can have this name. */
export function isTopicName(name: unknown): name is string {
  return typeof name === "string" && TOPIC_NAME.test(name);
}

/** @throws {InvalidArgument} if no topic can have this name */
export function requireTopicName(name: unknown): asserts name is string {
  if (!isTopicName(name))
    throw new InvalidArgument(`the name of a topic must be ${TOPIC_WORDS}, but it is ${quote(name)}`);
}
