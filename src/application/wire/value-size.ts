import { type JsonValue, jsonSizeBound, leastJsonSize } from "../../domain/json-value.js";
import type { Transport } from "../../domain/ports/transport.js";

/** Room in a message to another member for what goes with a value. */
const ENVELOPE_BYTES = 64 * 1024;

/** The most bytes of JSON that a value may have to fit into a message between members. */
export function largestValue(transport: Transport): number {
  return transport.maxMessageBytes - ENVELOPE_BYTES;
}

/** Measures only what might be too large; what was read may grow when it is written: `1e20` takes 21 characters. */
export function isLargerThan(bytes: number, value: JsonValue): boolean {
  if (jsonSizeBound(value, bytes) <= bytes) return false;
  return leastJsonSize(value, bytes) > bytes || new TextEncoder().encode(JSON.stringify(value)).length > bytes;
}
