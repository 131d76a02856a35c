import { NETWORK } from "../config.js";
import type { Transport } from "../ports/transport.js";

/**
 * The most bytes of JSON that the values of one message may have. The rest is kept for what goes with them: 64 KiB, or a
 * quarter of a small message. What needs more than that travels in parts.
 */
export function roomForValues({ maxMessageBytes }: Pick<Transport, "maxMessageBytes">): number {
  return maxMessageBytes - Math.min(NETWORK.envelopeBytes, Math.ceil(maxMessageBytes / 4));
}
