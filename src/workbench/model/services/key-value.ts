import type { MessageBody } from "../message.js";
import { canonicalText, valueOfText } from "./canonical-text.js";

/** The types of request that a key-value service supports. */
export const KEY_VALUE_REQUESTS = ["read", "write", "cas"] as const;

/** State of a key-value service: canonical texts of values by canonical texts of keys. */
export interface KeyValues {
  /** The text of a key's value; `undefined` if there is no such key. */
  get(key: string): string | undefined;
}

/** The change that a request makes. */
export interface Write {
  readonly key: string;
  readonly text: string;
}

/** The result of a key-value request. */
export interface KeyValueOutcome {
  readonly reply: MessageBody;
  readonly write?: Write;
}

const NO_SUCH_KEY = { reply: { type: "error", code: 20, text: "key does not exist" } };

/**
 * Computes the result of a request on a state, without changing the state.
 * As in Maelstrom (maelstrom.service/PersistentKV) a missing `key`, `value`, `from` or `to` is null, and keys and values are
 * equal if their contents are.
 * @param createsKeys whether `cas` supports `create_if_not_exists`
 */
export function workOut(state: KeyValues, request: MessageBody, createsKeys: boolean): KeyValueOutcome {
  const key = canonicalText(request.key);
  const current = state.get(key);
  switch (request.type) {
    case "write":
      return { reply: { type: "write_ok" }, write: { key, text: canonicalText(request.value) } };
    case "cas":
      return compareAndSet(key, current, request, createsKeys);
    default:
      return current === undefined ? NO_SUCH_KEY : { reply: { type: "read_ok", value: valueOfText(current) } };
  }
}

function compareAndSet(
  key: string,
  current: string | undefined,
  request: MessageBody,
  createsKeys: boolean,
): KeyValueOutcome {
  const done = { reply: { type: "cas_ok" }, write: { key, text: canonicalText(request.to) } };
  if (current === undefined) return createsKeys && isTruthy(request.create_if_not_exists) ? done : NO_SUCH_KEY;
  const expected = canonicalText(request.from);
  if (current === expected) return done;
  return { reply: { type: "error", code: 22, text: `current value ${current} is not ${expected}` } };
}

/** As in Clojure: all values except null and false, so also 0 and "". */
function isTruthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
