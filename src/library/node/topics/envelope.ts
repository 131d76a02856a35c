import type { JsonValue } from "../../../domain/values/json-value.js";
import { isTopicName } from "./topic-name.js";

/**
 * A value of a topic travels, and is stored, as an object with one key, this prefix and the topic's name:
 * `{"tidecast:orders": value}`. To the engine, and to members of earlier versions, it is a value like any other. A value of the node
 * itself that looks like such an envelope gets one without a name, so that it is not mistaken for a value of a topic.
 */
const PREFIX = "tidecast:";

/** A value as its sender gave it, and where it belongs. */
export interface Content<Value = JsonValue> {
  /** `undefined` for a value of the node itself. */
  readonly topic: string | undefined;
  readonly value: Value;
}

/** Encodes a value of a topic, or of the node itself. */
export function wrap({ topic, value }: Content): JsonValue {
  if (topic !== undefined) return { [PREFIX + topic]: value };
  return keyOfEnvelope(value) === undefined ? value : { [PREFIX]: value };
}

/** Decodes a result of `wrap`. Anything else, from a member of an earlier version, is a value of the node itself. */
export function unwrap(json: JsonValue): Content {
  const key = keyOfEnvelope(json);
  const topic = key?.slice(PREFIX.length);
  if (key === undefined || (topic !== "" && !isTopicName(topic))) return { topic: undefined, value: json };
  return { topic: topic === "" ? undefined : topic, value: (json as Record<string, JsonValue>)[key] as JsonValue };
}

/** The only key of an object that looks like an envelope. */
function keyOfEnvelope(json: JsonValue): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  let only: string | undefined;
  // The keys are not listed: this runs for every value of a node.
  for (const key in json) {
    if (only !== undefined || !key.startsWith(PREFIX)) return undefined;
    only = key;
  }
  return only;
}
