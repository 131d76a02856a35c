import type { JsonValue } from "../../../domain/values/json-value.js";
import { cloneJson, copyAsJson } from "./json.js";
import { decodeRich, encodeRich } from "./rich.js";

/** Turns the values of an application into JSON, which travels, and back. Every node of a cluster needs the same one. */
export interface Codec<Value> {
  /**
   * Encodes a value. Equal values should give equal JSON: with identity `content` that is what makes them one. The node
   * copies what this returns, so it may be the value itself.
   * @throws for a value that the codec cannot carry; `broadcast` rejects with that error
   */
  encode(value: Value): JsonValue;
  /**
   * Decodes what `encode` of some node returned. Called anew for each consumer of a value, with JSON of its own each time,
   * which it may keep or change.
   */
  decode(json: JsonValue): Value;
}

/**
 * A codec for values of any type: `createNode<Order>({ codec })` takes it for every `Order`. Whether a value can be carried
 * turns out when it is encoded.
 * @typeParam Usual the type of the values where none is named
 */
export interface UniversalCodec<Usual> {
  /** Encodes a value. @throws {InvalidValue} with the path of the first part that the codec cannot carry */
  encode<Value>(value: Value): JsonValue;
  /** Encodes a value. @throws {InvalidValue} with the path of the first part that the codec cannot carry */
  encode(value: Usual): JsonValue;
  /** Decodes what `encode` returned: into a value of its own, each time. @throws {InvalidValue} for anything else that it cannot read */
  decode<Value>(json: JsonValue): Value;
  /** Decodes what `encode` returned: into a value of its own, each time. @throws {InvalidValue} for anything else that it cannot read */
  decode(json: JsonValue): Usual;
}

/**
 * Carries JSON: null, booleans, finite numbers, strings, and plain arrays and objects of these, up to 1000 levels deep. What
 * would be dropped or changed on the way is refused with an `InvalidValue` (a `TypeError`) that names its path, such as `value.items[3].price`:
 * `undefined`, `NaN`, infinities, `-0`, bigints, symbols, functions, instances of classes, objects without a prototype, proxies,
 * holes, accessors, symbol keys, non-enumerable properties, extra properties of arrays, keys named `__proto__`, and objects
 * that contain themselves.
 */
export const jsonCodec: UniversalCodec<JsonValue> = {
  encode: (value: unknown) =>
    copyAsJson(value, "value", "leave it out, convert it, or give createNode a codec, such as richCodec"),
  decode: <Value>(json: JsonValue) => cloneJson(json) as Value,
};

/**
 * Carries what JSON cannot: `Date`, `Map`, `Set`, `bigint`, `Buffer`, `Uint8Array` and the other typed arrays, `DataView`,
 * `ArrayBuffer`, `RegExp`, `URL`, `URLSearchParams`, `undefined`, `NaN`, infinities, `-0`, holes, objects without a prototype,
 * boxed primitives, and objects that refer to one another, up to 1000 levels deep. A `Buffer` comes back as a `Buffer`; of a
 * view only its own bytes travel, not the rest of its buffer. With identity `content`, values are equal if their keys and
 * entries also come in the same order.
 *
 * What would be dropped or changed is refused with an `InvalidValue` (a `TypeError`) that names its path, such as `value.items[3].price`: functions,
 * symbols, instances of other classes (subclasses included), proxies, accessors, symbol keys, non-enumerable properties, extra
 * properties of anything but plain objects, and keys named `__proto__`.
 */
export const richCodec: UniversalCodec<unknown> = {
  encode: encodeRich,
  decode: <Value>(json: JsonValue) => decodeRich(json) as Value,
};

/**
 * The codec as the engine uses it: what is encoded belongs to the engine alone, and what is decoded to whoever asked for it.
 * @throws {InvalidValue} from `encode`, for what a codec returns that JSON does not carry unchanged
 */
export function isolated<Value>(codec: Codec<Value>): Codec<Value> {
  // These copy in both directions.
  if (codec === jsonCodec || codec === richCodec) return codec;
  return {
    encode: (value) =>
      copyAsJson(codec.encode(value), "encode(value)", "the codec has to return what JSON carries unchanged"),
    decode: (json) => codec.decode(cloneJson(json)),
  };
}
