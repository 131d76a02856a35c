import type { MessageBody } from "../model/message.js";

/** Keys under which nodes usually put values, following Maelstrom's own example. */
const VALUE_KEYS: ReadonlySet<string> = new Set(["message", "messages", "value", "values"]);
/** Keys whose numbers are never values. */
const OTHER_KEYS: ReadonlySet<string> = new Set(["type", "msg_id", "in_reply_to"]);
/** Bodies are searched down to this depth. */
const DEEPEST = 4;

/**
 * The integers of a message that may be broadcast values, for messages of any node. These are all integers under a key such as
 * `message` or `values`, at any depth. Without such a key they are the lists of integers in the body, unless it is a reply. An
 * integer need not be a value: the caller must know which ones the sender can have had.
 */
export function candidatesIn(body: MessageBody): readonly number[] {
  const named: number[] = [];
  if (collectNamed(body, named, 0)) return named;
  if (typeof body.type === "string" && body.type.endsWith("_ok")) return [];
  return Object.entries(body)
    .filter(([key, value]) => !OTHER_KEYS.has(key) && Array.isArray(value))
    .flatMap(([, list]) => (list as readonly unknown[]).filter(isInteger));
}

/** Collects the integers under value keys; returns whether there is such a key. */
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
