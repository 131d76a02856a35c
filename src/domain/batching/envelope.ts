import { NETWORK } from "../config.js";
import type { Transport } from "../ports/transport.js";

/**
 * Returns the size limit for the values of one message, in bytes of JSON. The rest of the message, 64 KiB or a quarter
 * of a small message, is reserved for what travels with the values. Larger messages are split.
 */
export function roomForValues({ maxMessageBytes }: Pick<Transport, "maxMessageBytes">): number {
  return maxMessageBytes - Math.min(NETWORK.envelopeBytes, Math.ceil(maxMessageBytes / 4));
}
