import type { JsonValue } from "../../../domain/values/json-value.js";
import { cloneJson, copyAsJson } from "./json.js";
import { decodeRich, encodeRich } from "./rich.js";

/** Encodes the values of an application as JSON, which is sent to other nodes, and decodes them. Every node of a cluster needs the same codec. */
export interface Codec<Value> {
  /**
   * Encodes a value. Equal values should give equal JSON, because identity `content` compares the JSON. The node copies the result,
   * so it may be the value itself.
   * @throws {Error} for a value that the codec cannot encode; `broadcast` rejects with that error
   */
  encode(value: Value): JsonValue;
  /**
   * Decodes a result of `encode`. Called separately for each consumer of a value, each time with its own copy of the JSON, which it
   * may keep or change.
   */
  decode(json: JsonValue): Value;
}

/**
 * A codec for values of any type: `createNode<Order>({ codec })` accepts it for any `Order`. Values that it cannot encode are
 * detected when they are encoded.
 * @typeParam Usual default type of the values
 */
export interface UniversalCodec<Usual> {
  /** Encodes a value. @throws {InvalidValue} with the path of the first part that the codec cannot encode */
  encode<Value>(value: Value): JsonValue;
  /** Encodes a value. @throws {InvalidValue} with the path of the first part that the codec cannot encode */
  encode(value: Usual): JsonValue;
  /** Decodes a result of `encode` into a new value each time. @throws {InvalidValue} for JSON that it cannot decode */
  decode<Value>(json: JsonValue): Value;
  /** Decodes a result of `encode` into a new value each time. @throws {InvalidValue} for JSON that it cannot decode */
  decode(json: JsonValue): Usual;
}

/**
 * Encodes JSON values: null, booleans, finite numbers, strings, and plain arrays and objects of these, up to 1000 levels deep.
 * Values that JSON would drop or change are rejected with an `InvalidValue` (a `TypeError`) that names their path, such as
 * `value.items[3].price`: `undefined`, `NaN`, infinities, `-0`, bigints, symbols, functions, instances of classes, objects without
 * a prototype, proxies, holes, accessors, symbol keys, non-enumerable properties, extra properties of arrays, keys named
 * `__proto__`, and objects that contain themselves.
 */
export const jsonCodec: UniversalCodec<JsonValue> = {
  encode: (value: unknown) =>
    copyAsJson(value, "value", "leave it out, convert it, or give createNode a codec, such as richCodec"),
  decode: <Value>(json: JsonValue) => cloneJson(json) as Value,
};

/**
 * Encodes more than JSON can: `Date`, `Map`, `Set`, `bigint`, `Buffer`, `Uint8Array` and the other typed arrays, `DataView`,
 * `ArrayBuffer`, `RegExp`, `URL`, `URLSearchParams`, `undefined`, `NaN`, infinities, `-0`, holes, objects without a prototype,
 * boxed primitives, and objects that refer to each other, up to 1000 levels deep. A `Buffer` is decoded as a `Buffer`. Of a
 * view only its own bytes are sent, not the rest of its buffer. With identity `content`, two values are equal only if their keys
 * and entries are also in the same order.
 *
 * Values that would be dropped or changed are rejected with an `InvalidValue` (a `TypeError`) that names their path, such as
 * `value.items[3].price`: functions, symbols, instances of other classes (subclasses included), proxies, accessors, symbol keys,
 * non-enumerable properties, extra properties of anything but plain objects, and keys named `__proto__`.
 */
export const richCodec: UniversalCodec<unknown> = {
  encode: encodeRich,
  decode: <Value>(json: JsonValue) => decodeRich(json) as Value,
};

/**
 * The codec as the engine uses it: the engine owns encoded values, and each caller owns its decoded value.
 * @throws {InvalidValue} from `encode`, if a codec returns a value that JSON would change
 */
export function isolated<Value>(codec: Codec<Value>): Codec<Value> {
  // These two copy in both directions.
  if (codec === jsonCodec || codec === richCodec) return codec;
  return {
    encode: (value) =>
      copyAsJson(codec.encode(value), "encode(value)", "the codec must return a value that JSON does not change"),
    decode: (json) => codec.decode(cloneJson(json)),
  };
}
