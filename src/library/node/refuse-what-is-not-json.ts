import { DEEPEST_VALUE } from "../../application/wire/client-requests.js";

/** @throws {TypeError} that names the first part of the value that JSON would drop or change, and what to do */
export function refuseWhatIsNotJson(value: unknown, path = "the value", depth = 0): void {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  if (typeof value !== "object" || !isPlain(value))
    throw new TypeError(
      `${path} is ${describe(value)}, which JSON does not carry: give createNode a codec (richCodec carries Date, Map, bigint, bytes and more)`,
    );
  if (depth === DEEPEST_VALUE)
    throw new TypeError(`the value is nested more than ${DEEPEST_VALUE} levels deep, or contains itself`);
  // `from` also visits holes, which would come out as null.
  if (Array.isArray(value))
    Array.from(value, (item, index) => refuseWhatIsNotJson(item, `${path}[${index}]`, depth + 1));
  else for (const [key, item] of Object.entries(value)) refuseWhatIsNotJson(item, `${path}.${key}`, depth + 1);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value === "number" ? `${value}` : `a ${typeof value}`;
  return `a ${value.constructor?.name ?? "special object"}`;
}
