import { isDeepStrictEqual, types } from "node:util";
import { stringify, unflatten } from "devalue";
import { describeError } from "../../../application/wire/describe-error.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { InvalidValue } from "./invalid-value.js";
import { describe, itemsOf, propertiesOf, shapeOf } from "./plain.js";
import { describePath, pathBelow, pathOfEntry, pathOfItem, rootPath, type ValuePath } from "./value-path.js";

/** Values are encoded and decoded recursively: more levels might overflow the stack of another member. */
const DEEPEST_RICH_VALUE = 1000;

/**
 * Encodes a value so that `decodeRich` returns an equal one.
 * @throws {InvalidValue} with the first part that would be dropped or changed
 */
export function encodeRich(value: unknown): JsonValue {
  new Inspector().inspect(value, rootPath("value"), 0);
  return JSON.parse(stringify(value, { Buffer: bytesOfBuffer, View: wholeView })) as JsonValue;
}

/** @throws {InvalidValue} for JSON that `encodeRich` never returns */
export function decodeRich(json: JsonValue): unknown {
  try {
    return unflatten(json as number | unknown[], { Buffer: bufferOf, View: (view) => view });
  } catch (cause) {
    throw new InvalidValue(`this JSON was not encoded by richCodec: ${describeError(cause)}`, { cause });
  }
}

/** A copy of a buffer's own bytes: a buffer is usually part of a pool with other data. */
function bytesOfBuffer(value: unknown): Uint8Array | undefined {
  return Buffer.isBuffer(value) ? new Uint8Array(value) : undefined;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A copy of a view with its own bytes: the rest of the buffer is not part of the value. */
function wholeView(value: unknown): ArrayBufferView | undefined {
  if (!ArrayBuffer.isView(value) || value.byteLength === value.buffer.byteLength) return undefined;
  const bytes = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
  return new (value.constructor as new (bytes: ArrayBufferLike) => ArrayBufferView)(bytes);
}

/** Rejects parts that would not be decoded as they were. */
class Inspector {
  private readonly seen = new Set<object>();

  inspect(value: unknown, path: ValuePath, depth: number): void {
    if (typeof value === "symbol" || typeof value === "function") refuse(path, describe(value));
    if (typeof value !== "object" || value === null || this.seen.has(value)) return;
    this.seen.add(value);
    if (depth === DEEPEST_RICH_VALUE) refuse(path, `values nested more than ${DEEPEST_RICH_VALUE} levels deep`);
    const shape = shapeOf(value);
    if (shape === "array") {
      for (const [index, item] of itemsOf(value as unknown[], path, refuse, () => {}))
        this.inspect(item, pathBelow(path, index), depth + 1);
    } else if (shape !== "other") {
      for (const [key, part] of propertiesOf(value, path, refuse)) this.inspect(part, pathBelow(path, key), depth + 1);
    } else if (types.isProxy(value)) refuse(path, describe(value));
    else this.inspectBuiltIn(value, path, depth);
  }

  private inspectBuiltIn(value: object, path: ValuePath, depth: number): void {
    if (ArrayBuffer.isView(value)) {
      inspectView(value, path);
      return;
    }
    const kind = kinds.find(({ is }) => is(value));
    if (kind === undefined || Object.getPrototypeOf(value) !== kind.prototype) refuse(path, describe(value));
    const own = Reflect.ownKeys(value).filter((key) => kind.isOwn?.(key) !== true);
    if (own[0] !== undefined) refuse(pathBelow(path, own[0]), `extra properties of ${describe(value)}`);
    const flaw = kind.flaw?.(value);
    if (flaw !== undefined) refuse(path, flaw);
    if (types.isMap(value)) this.inspectMap(value, path, depth + 1);
    else if (types.isSet(value)) this.inspectSet(value, path, depth + 1);
  }

  private inspectMap(map: ReadonlyMap<unknown, unknown>, path: ValuePath, depth: number): void {
    let index = 0;
    for (const [key, item] of map) {
      this.inspect(key, pathOfItem(path, index++), depth);
      this.inspect(item, pathOfEntry(path, key), depth);
    }
  }

  private inspectSet(set: ReadonlySet<unknown>, path: ValuePath, depth: number): void {
    let index = 0;
    for (const item of set) this.inspect(item, pathOfItem(path, index++), depth);
  }
}

/** A kind of object that can be encoded besides plain ones. */
interface Kind {
  readonly prototype: object;
  readonly is: (value: unknown) => boolean;
  /** The own keys that every object of this kind has. */
  readonly isOwn?: (key: PropertyKey) => boolean;
  /** The problem with this object, as a plural noun phrase. */
  readonly flaw?: (value: object) => string | undefined;
}

const kinds: readonly Kind[] = [
  { prototype: Date.prototype, is: types.isDate },
  { prototype: Map.prototype, is: types.isMap },
  { prototype: Set.prototype, is: types.isSet },
  {
    prototype: RegExp.prototype,
    is: types.isRegExp,
    isOwn: (key) => key === "lastIndex",
    flaw: (value) => ((value as RegExp).lastIndex === 0 ? undefined : "RegExp objects whose lastIndex is not 0"),
  },
  {
    prototype: ArrayBuffer.prototype,
    is: types.isArrayBuffer,
    flaw: (value) => ("resizable" in value && value.resizable === true ? "resizable ArrayBuffer objects" : undefined),
  },
  { prototype: URL.prototype, is: (value) => value instanceof URL },
  { prototype: URLSearchParams.prototype, is: (value) => value instanceof URLSearchParams },
  { prototype: Number.prototype, is: types.isNumberObject },
  { prototype: Boolean.prototype, is: types.isBooleanObject },
  { prototype: BigInt.prototype, is: types.isBigIntObject },
  {
    prototype: String.prototype,
    is: types.isStringObject,
    isOwn: (key) => key === "length" || /^\d+$/.test(String(key)),
  },
];

function inspectView(view: ArrayBufferView, path: ValuePath): void {
  const prototype = Object.getPrototypeOf(view);
  const builtIn = (globalThis as Record<string, unknown>)[nameOfView(view)] as { readonly prototype: object };
  if (prototype !== builtIn.prototype && prototype !== Buffer.prototype) refuse(path, describe(view));
  if (!types.isArrayBuffer(view.buffer)) refuse(path, "views of SharedArrayBuffer objects");
  // Compared as a whole: listing the keys of a megabyte takes a third of a second.
  if (!isDeepStrictEqual(view, copyOf(view))) refuse(path, `extra properties of ${describe(view)}`);
}

function nameOfView(view: ArrayBufferView): string {
  return types.isDataView(view) ? "DataView" : Object.prototype.toString.call(view).slice("[object ".length, -1);
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  return Buffer.isBuffer(view) ? Buffer.from(view) : (structuredClone(view) as ArrayBufferView);
}

function refuse(path: ValuePath, what: string): never {
  throw new InvalidValue(
    `${describePath(path)}: ${what} cannot be encoded by richCodec; convert them, or give createNode a codec of your own`,
  );
}
