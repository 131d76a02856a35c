/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * At least as many bytes as the value's JSON takes in UTF-8; cheap, since it writes nothing.
 * @param enough stops counting above this
 */
export function jsonSizeBound(value: JsonValue, enough = Number.POSITIVE_INFINITY): number {
  if (typeof value === "string") return 2 + 6 * value.length;
  if (typeof value !== "object" || value === null) return 26;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (bytes > enough) return bytes;
      bytes += 1 + jsonSizeBound(item, enough - bytes);
    }
    return bytes;
  }
  for (const key of Object.keys(value)) {
    if (bytes > enough) return bytes;
    bytes += 4 + 6 * key.length + jsonSizeBound(value[key] as JsonValue, enough - bytes);
  }
  return bytes;
}

/**
 * At most as many bytes as the value's JSON takes in UTF-8. A value that contains one array many times, which contains another many
 * times, is small in memory and may be too large to write: this tells without writing it.
 * @param enough stops counting above this
 */
export function leastJsonSize(value: JsonValue, enough: number): number {
  if (typeof value === "string") return 2 + value.length;
  if (typeof value !== "object" || value === null) return 1;
  let bytes = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (bytes > enough) return bytes;
      bytes += 1 + leastJsonSize(item, enough - bytes);
    }
    return bytes;
  }
  for (const key of Object.keys(value)) {
    if (bytes > enough) return bytes;
    bytes += 4 + key.length + leastJsonSize(value[key] as JsonValue, enough - bytes);
  }
  return bytes;
}
