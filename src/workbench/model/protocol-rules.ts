import { isNestedDeeperThan } from "../../domain/values/nesting.js";
import type { Message, MessageBody } from "./message.js";
import { isInteger, jsonText } from "./number-literals.js";
import { shownName } from "./printable.js";

/** The most levels of arrays and objects in a message; deeper ones cannot be written as JSON again. */
const DEEPEST_MESSAGE = 2_000;
const MESSAGE_KEYS = new Set(["src", "dest", "body", "id"]);

/** Describes the problem with a printed message; `undefined` if it is valid. */
export function problemWithMessage(printed: unknown): string | undefined {
  if (!isObject(printed)) return "printed a line that is not a JSON object";
  if (typeof printed.src !== "string") return "printed a message whose src is not a string";
  if (typeof printed.dest !== "string") return "printed a message whose dest is not a string";
  if (!isObject(printed.body)) return "printed a message whose body is not an object";
  if (printed.id !== undefined && !isInteger(printed.id)) return "printed a message whose id is not an integer";
  for (const key in printed) if (!MESSAGE_KEYS.has(key)) return `printed a message with the unknown key ${quote(key)}`;
  if (isNestedDeeperThan(printed, DEEPEST_MESSAGE))
    return `printed a message nested more than ${DEEPEST_MESSAGE} levels deep`;
  return undefined;
}

/** Whether a printed value is a message; a type guard with the same answer as above. */
export function isMessage(printed: unknown): printed is Message {
  return problemWithMessage(printed) === undefined;
}

/** The requests of the workload; each has one reply with a closed body. */
export type Request = "init" | "topology" | "broadcast" | "read";

/**
 * Describes the problem with the body of a reply that is not an error; `undefined` if it is valid. The bodies are closed:
 * `type`, `in_reply_to`, at most `msg_id`, and `messages` in a `read_ok`. The body of `init_ok` is open, as in Maelstrom.
 */
export function problemWithReply(request: Request, body: MessageBody): string | undefined {
  const expected = `${request}_ok`;
  if (body.type !== expected) return `answered ${request} with ${quote(body.type)} instead of ${quote(expected)}`;
  if (request === "init") return undefined;
  if (body.msg_id !== undefined && !isInteger(body.msg_id))
    return `sent ${expected} with a msg_id that is not an integer`;
  // Maelstrom takes null for an empty list, but rejects a missing key.
  if (request === "read" && body.messages !== null && !Array.isArray(body.messages))
    return "sent read_ok without a list of messages";
  for (const key in body) {
    if (key === "type" || key === "in_reply_to" || key === "msg_id") continue;
    if (key === "messages" && request === "read") continue;
    return `sent ${expected} with the unknown key ${quote(key)}`;
  }
  return undefined;
}

/** Maelstrom's error codes for requests that certainly had no effect. */
const DEFINITE_ERRORS: ReadonlySet<unknown> = new Set([1, 10, 11, 12, 14, 20, 21, 22, 30]);

/** Whether an error reply says that the request certainly had no effect; any other leaves that open. */
export function isDefiniteError(body: MessageBody): boolean {
  return DEFINITE_ERRORS.has(body.code);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a message as text: JSON, shortened, or "nothing". */
export function quote(value: unknown): string {
  return shownName(jsonText(value));
}
