import { stringify, unflatten } from "devalue";
import type { JsonValue } from "../../domain/json-value.js";
import { refuseWhatIsNotJson } from "./refuse-what-is-not-json.js";

/** Turns the values of an application into JSON, which travels, and back. Every node of a cluster needs the same one. */
export interface Codec<Value> {
  /**
   * Equal values should give equal JSON: with identity `content` that is what makes them one.
   * @throws for a value that it cannot carry; `broadcast` rejects with that
   */
  encode(value: Value): JsonValue;
  /** Called with what `encode` of some node returned. */
  decode(json: JsonValue): Value;
}

/** Carries JSON, and refuses what would come out changed. What is broadcast is copied, so that it may be changed afterwards. */
export const jsonCodec: Codec<JsonValue> = {
  encode: (value) => {
    refuseWhatIsNotJson(value);
    return structuredClone(value);
  },
  decode: (json) => json,
};

/**
 * Carries what JSON cannot: `Date`, `Map`, `Set`, `bigint`, `Uint8Array` and the other typed arrays, `ArrayBuffer`, `RegExp`,
 * `URL`, `undefined`, `NaN`, infinities, `-0`, and objects that refer to one another. Not functions, and no instances of
 * classes of your own. With identity `content`, values are equal if their keys and entries also come in the same order.
 */
export const richCodec: Codec<unknown> = {
  encode: (value) => JSON.parse(stringify(value)) as JsonValue,
  decode: (json) => unflatten(json as number | unknown[]),
};
