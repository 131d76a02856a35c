/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** At least as many bytes as the value's JSON takes in UTF-8; cheap, since it writes nothing. */
export function jsonSizeBound(value: JsonValue): number {
  if (typeof value === "string") return 2 + 6 * value.length;
  if (typeof value !== "object" || value === null) return 26;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += 1 + jsonSizeBound(item);
  else for (const key of Object.keys(value)) bytes += 4 + 6 * key.length + jsonSizeBound(value[key] as JsonValue);
  return bytes;
}
