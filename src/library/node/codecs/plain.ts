import { types } from "node:util";
import { pathBelow, type ValuePath } from "./value-path.js";

/** Called by an encoder for a part that it cannot encode; throws. `what` is a plural noun phrase, or a value. */
export type Refuse = (path: ValuePath, what: string) => never;

/** The kind of an object. */
export type Shape = "array" | "object" | "object without a prototype" | "other";

const builtIns = new Map<object, Shape>([
  [Array.prototype, "array"],
  [Object.prototype, "object"],
]);
const namesOfObjectPrototype = namesOf(Object.prototype);

/**
 * Distinguishes plain arrays and objects from all others. Those of another realm (`node:vm`, Jest) count as plain: they are
 * decoded as arrays and objects of this realm.
 */
export function shapeOf(value: object): Shape {
  if (typeof value === "function" || types.isProxy(value)) return "other";
  const prototype = Object.getPrototypeOf(value);
  const shape =
    prototype === null ? "object without a prototype" : (builtIns.get(prototype) ?? foreignShape(prototype));
  if (shape === "other") return shape;
  // An object can have any prototype: a Date with that of Object is not a plain object, and neither is an Array with it.
  return Array.isArray(value) === (shape === "array") && !isExotic(value) ? shape : "other";
}

/** Names a value for an error, as the subject of "cannot be encoded". */
export function describe(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number" || value === undefined || value === null) return String(value);
  if (typeof value !== "object") return `${typeof value}s`;
  if (types.isProxy(value)) return "proxies";
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return "objects without a prototype";
  return `${nameOf(prototype) ?? "unusual"} objects`;
}

/**
 * Reads the items of an array in order, each once.
 * @param onHole called for a hole instead of an item
 */
export function* itemsOf(
  array: readonly unknown[],
  path: ValuePath,
  refuse: Refuse,
  onHole: (path: ValuePath) => void,
): Generator<readonly [number, unknown]> {
  const keys = Reflect.ownKeys(array);
  // Indices come first, in their order; then `length`.
  const present = keys[array.length] === "length" ? array.length : keys.indexOf("length");
  const extra = keys[present + 1];
  if (extra !== undefined)
    refuse(pathBelow(path, extra), typeof extra === "symbol" ? "symbol keys" : "extra properties of arrays");
  // There may be billions of holes, so only existing items are visited.
  if (present < array.length) onHole(pathBelow(path, firstHole(keys)));
  for (let place = 0; place < present; place++) {
    const key = keys[place] as string;
    yield [Number(key), read(array, key, path, refuse)];
  }
}

function firstHole(keys: readonly PropertyKey[]): number {
  let index = 0;
  while (keys[index] === String(index)) index++;
  return index;
}

/** Reads the properties of a plain object in order, each once. */
export function* propertiesOf(
  object: object,
  path: ValuePath,
  refuse: Refuse,
): Generator<readonly [key: string, value: unknown]> {
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === "symbol") refuse(pathBelow(path, key), "symbol keys");
    // A receiver that copies it by assignment would change a prototype.
    if (key === "__proto__") refuse(pathBelow(path, key), "keys named __proto__");
    yield [key, read(object, key, path, refuse)];
  }
}

function read(object: object, key: string, path: ValuePath, refuse: Refuse): unknown {
  const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
  if (!("value" in property)) refuse(pathBelow(path, key), "accessor properties");
  if (property.enumerable !== true) refuse(pathBelow(path, key), "non-enumerable properties");
  return property.value;
}

function foreignShape(prototype: object): Shape {
  if (types.isProxy(prototype)) return "other";
  if (isForeignObjectPrototype(prototype)) return "object";
  if (!Array.isArray(prototype)) return "other";
  const above = Object.getPrototypeOf(prototype);
  return above !== null && !types.isProxy(above) && isForeignObjectPrototype(above) ? "array" : "other";
}

function isForeignObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && namesOf(prototype) === namesOfObjectPrototype;
}

function namesOf(prototype: object): string {
  return Object.getOwnPropertyNames(prototype).sort().join();
}

/** Whether the object has internal slots, whatever its prototype is. */
function isExotic(value: object): boolean {
  const tag = Object.prototype.toString.call(value);
  return (tag !== "[object Object]" && tag !== "[object Array]") || types.isMap(value) || types.isSet(value);
}

function nameOf(prototype: object): string | undefined {
  if (types.isProxy(prototype)) return undefined;
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof maker !== "function" || types.isProxy(maker)) return undefined;
  const name: unknown = Object.getOwnPropertyDescriptor(maker, "name")?.value;
  return typeof name === "string" && name !== "" && name !== "Object" ? name : undefined;
}
