import type { Transport } from "../ports/transport";

/** The most room, in bytes, that is kept in a message for what goes with its values: acknowledgements, questions, answers. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * The most bytes of JSON that the values of one message may have. The rest is kept for what goes with them: 64 KiB, or a
 * quarter of a small message. What needs more than that travels in parts.
 */
export function roomForValues({ maxMessageBytes }: Pick<Transport, "maxMessageBytes">): number {
  return maxMessageBytes - Math.min(ENVELOPE_BYTES, Math.ceil(maxMessageBytes / 4));
}
