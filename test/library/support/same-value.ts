import { types } from "node:util";

/**
 * Are the two values the same to whoever looks at them: the same kinds of objects, with the same keys in the same order, and the
 * same primitives (-0 is not 0, NaN is NaN)? Stricter than `toStrictEqual`.
 */
export function isSameValue(one: unknown, other: unknown, compared = new Map<object, object>()): boolean {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  // A value that contains itself, or occurs twice, was compared before.
  if (compared.has(one)) return compared.get(one) === other;
  compared.set(one, other);
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  return isSameContent(one, other, compared) && hasSameProperties(one, other, compared);
}

function isSameContent(one: object, other: object, compared: Map<object, object>): boolean {
  if (types.isMap(one) && types.isMap(other)) return isSameValue([...one], [...other], compared);
  if (types.isSet(one) && types.isSet(other)) return isSameValue([...one], [...other], compared);
  if (types.isDate(one) && types.isDate(other)) return Object.is(one.getTime(), other.getTime());
  if (types.isBoxedPrimitive(one) && types.isBoxedPrimitive(other)) return Object.is(one.valueOf(), other.valueOf());
  if (types.isArrayBuffer(one) && types.isArrayBuffer(other)) return Buffer.from(one).equals(Buffer.from(other));
  if (types.isDataView(one) && types.isDataView(other)) return bytesOf(one).equals(bytesOf(other));
  if (one instanceof URL || one instanceof URLSearchParams || types.isRegExp(one)) return String(one) === String(other);
  return Array.isArray(one) === Array.isArray(other);
}

function hasSameProperties(one: object, other: object, compared: Map<object, object>): boolean {
  const keys = Reflect.ownKeys(one);
  const others = Reflect.ownKeys(other);
  if (keys.length !== others.length) return false;
  return keys.every((key, index) => {
    if (key !== others[index]) return false;
    const [mine, theirs] = [one, other].map((object) => Object.getOwnPropertyDescriptor(object, key));
    return mine?.enumerable === theirs?.enumerable && isSameValue(mine?.value, theirs?.value, compared);
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
