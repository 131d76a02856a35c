import type { MessageBody } from "../model/message.js";

/** Keys under which nodes put values, as everybody's nodes do who follow Maelstrom's own example. */
const VALUE_KEYS: ReadonlySet<string> = new Set(["message", "messages", "value", "values"]);
/** Keys whose numbers are never values. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["type", "msg_id", "in_reply_to"]);
/** Bodies are not searched deeper than this. */
const DEEPEST = 4;

/**
 * The integers of a message that may be broadcast values, whoever's node sent it: what is under a key such as `message` or
 * `values`, at any depth; without such a key the lists of integers of its own, unless it is an answer. An integer need not
 * be a value: who asks has to know which ones the sender can have had.
 */
export function candidatesIn(body: MessageBody): readonly number[] {
  const named: number[] = [];
  if (collectNamed(body, named, 0)) return named;
  if (typeof body.type === "string" && body.type.endsWith("_ok")) return [];
  return Object.entries(body)
    .filter(([key, value]) => !OTHER_KEYS.has(key) && Array.isArray(value))
    .flatMap(([, list]) => (list as readonly unknown[]).filter(isInteger));
}

/** Collects what is under the names of values; whether there is such a name. */
function collectNamed(container: object, into: number[], depth: number): boolean {
  if (depth > DEEPEST) return false;
  let found = false;
  if (Array.isArray(container)) {
    for (const item of container) if (isObject(item)) found = collectNamed(item, into, depth + 1) || found;
    return found;
  }
  for (const [key, value] of Object.entries(container)) {
    if (OTHER_KEYS.has(key)) continue;
    if (VALUE_KEYS.has(key) && (isInteger(value) || Array.isArray(value))) {
      found = true;
      collectIntegers(value, into, depth);
    } else if (isObject(value)) {
      found = collectNamed(value, into, depth + 1) || found;
    }
  }
  return found;
}

function collectIntegers(value: unknown, into: number[], depth: number): void {
  if (isInteger(value)) into.push(value);
  else if (Array.isArray(value) && depth <= DEEPEST) for (const item of value) collectIntegers(item, into, depth + 1);
  else if (isObject(value)) collectNamed(value, into, depth + 1);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}
