import { roomForValues } from "../../domain/batching/envelope.js";
import { NETWORK } from "../../domain/config.js";
import { SMALLEST_MESSAGE_LIMIT, type Transport } from "../../domain/ports/transport.js";
import { type JsonValue, jsonSizeBound, leastJsonSize } from "../../domain/values/json-value.js";
import { wrongOption } from "../options/invalid-options.js";

/**
 * The most bytes of JSON of a value: those that fit into a message between members, or 12 KiB if that is more. On a
 * transport of smaller messages such a value travels in fragments.
 */
export function largestValue(transport: Transport): number {
  return Math.max(roomForValues(transport), NETWORK.largestFragmented);
}

/**
 * Checks that the transport's messages are large enough for nodes.
 * @param caller the function that was given the transport
 * @throws {InvalidOptions}
 */
export function requireRoomyMessages(caller: string, { maxMessageBytes }: Transport): void {
  if (!Number.isSafeInteger(maxMessageBytes) || maxMessageBytes < SMALLEST_MESSAGE_LIMIT)
    throw wrongOption(
      caller,
      "transport.maxMessageBytes",
      `a whole number of bytes from ${SMALLEST_MESSAGE_LIMIT}, to have room for a value and its metadata`,
      maxMessageBytes,
    );
}

/** Measures only values that might be too large; a parsed value may grow when it is written: `1e20` takes 21 characters. */
export function isLargerThan(bytes: number, value: JsonValue): boolean {
  if (jsonSizeBound(value, bytes) <= bytes) return false;
  return leastJsonSize(value, bytes) > bytes || new TextEncoder().encode(JSON.stringify(value)).length > bytes;
}
