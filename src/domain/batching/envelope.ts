import { NETWORK } from "../config.js";
import type { Transport } from "../ports/transport.js";

type Limit = Pick<Transport, "maxMessageBytes">;

/**
 * Returns the size limit for the values of one message, in bytes of JSON. The rest of the message, 64 KiB or a quarter
 * of a small message, is reserved for what travels with the values. Larger messages are split.
 */
export function roomForValues({ maxMessageBytes }: Limit): number {
  const reserved = Math.max(Math.ceil(maxMessageBytes / 4), NETWORK.leastEnvelopeBytes);
  return maxMessageBytes - Math.min(NETWORK.envelopeBytes, reserved);
}

/** Returns the size limit for what rides on a message with values, in bytes of JSON. */
export function roomForRiders(transport: Limit): number {
  return transport.maxMessageBytes - roomForValues(transport) - NETWORK.fixedBytes;
}

/** Returns the size limit for the content of a message without values, in bytes of JSON. */
export function roomForContent({ maxMessageBytes }: Limit): number {
  return maxMessageBytes - NETWORK.fixedBytes;
}

/** Returns the size limit for the vectors of a message without acknowledgements, in bytes of JSON. */
export function roomForKnowledge({ maxMessageBytes }: Limit): number {
  return maxMessageBytes - NETWORK.knowledgeBytes;
}

/** Whether messages are so small that their content is measured exactly. */
export function isTight({ maxMessageBytes }: Limit): boolean {
  return maxMessageBytes < NETWORK.tightBytes;
}
