/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * Returns an upper bound of the size of the value's JSON in UTF-8, in bytes, without serializing it.
 * @param enough counting stops above this, in bytes
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

/** Returns the size of the value's JSON in UTF-8, in bytes. The value must be small: it is serialized. */
export function jsonSize(value: unknown): number {
  const json = JSON.stringify(value);
  let bytes = json.length;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit < 0x80) continue;
    // A pair of surrogates takes four bytes; a lone one is escaped, and so it is not here.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/**
 * Returns a lower bound of the size of the value's JSON in UTF-8, in bytes, without serializing it. A value that refers
 * to one array many times, which in turn refers to another many times, is small in memory but may be too large to
 * serialize.
 * @param enough counting stops above this, in bytes
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
