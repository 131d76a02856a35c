import { DEEPEST_VALUE } from "../../../application/wire/client-requests.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { InvalidValue } from "./invalid-value.js";
import { describe, itemsOf, propertiesOf, type Refuse, shapeOf } from "./plain.js";
import { describePath, pathBelow, rootPath, type ValuePath } from "./value-path.js";

/** A copied part, and its depth: a part that occurs several times is copied once. */
interface Copied {
  readonly copy: JsonValue;
  readonly height: number;
}

/**
 * Copies a value that JSON does not change.
 * @param name name of the value in errors
 * @param advice remedy for errors
 * @throws {InvalidValue} with the first part that JSON would drop or change
 */
export function copyAsJson(value: unknown, name: string, advice: string): JsonValue {
  const refuse: Refuse = (path, what) => {
    throw new InvalidValue(`${describePath(path)}: ${what} cannot be encoded as JSON; ${advice}`);
  };
  return new Copier(refuse).copy(value, rootPath(name), 0).copy;
}

/** Copies a JSON value, such as one that came over the wire. */
export function cloneJson(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const item of value) items.push(typeof item === "object" ? cloneJson(item) : item);
    return items;
  }
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneJson(value[key] as JsonValue));
  return copy;
}

class Copier {
  /** Finished copies of objects; `undefined` for one that is being copied. */
  private readonly copies = new Map<object, Copied | undefined>();

  constructor(private readonly refuse: Refuse) {}

  /** @param depth number of objects that contain the part */
  copy(value: unknown, path: ValuePath, depth: number): Copied {
    if (typeof value === "number" ? Number.isFinite(value) && !Object.is(value, -0) : isPrimitiveOfJson(value))
      return { copy: value as JsonValue, height: 0 };
    if (typeof value !== "object" || value === null) return this.refuse(path, describe(value));
    const known = this.copies.get(value);
    if (known === undefined && this.copies.has(value)) return this.refuse(path, "references to a containing object");
    if (depth + (known?.height ?? 1) > DEEPEST_VALUE)
      return this.refuse(path, `values nested more than ${DEEPEST_VALUE} levels deep`);
    if (known !== undefined) return known;
    this.copies.set(value, undefined);
    const copied = this.copyObject(value, path, depth + 1);
    this.copies.set(value, copied);
    return copied;
  }

  private copyObject(value: object, path: ValuePath, depth: number): Copied {
    const shape = shapeOf(value);
    if (shape !== "array" && shape !== "object") return this.refuse(path, describe(value));
    let height = 0;
    const copyPart = (part: unknown, key: PropertyKey) => {
      const copied = this.copy(part, pathBelow(path, key), depth);
      height = Math.max(height, copied.height);
      return copied.copy;
    };
    if (shape === "array") {
      const copy: JsonValue[] = [];
      const onHole = (place: ValuePath) => this.refuse(place, "holes in arrays");
      for (const [index, item] of itemsOf(value as unknown[], path, this.refuse, onHole))
        copy.push(copyPart(item, index));
      return { copy, height: height + 1 };
    }
    const copy: Record<string, JsonValue> = {};
    for (const [key, part] of propertiesOf(value, path, this.refuse)) copy[key] = copyPart(part, key);
    return { copy, height: height + 1 };
  }
}

function isPrimitiveOfJson(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** An assignment to `__proto__`, which other members may send, would set the prototype. */
function setOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
