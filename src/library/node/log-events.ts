import { logEvent } from "../../domain/log/log-event.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** A fault of this node, not of the message. */
export const messageFailed = logEvent(
  "message-failed",
  "error",
  ({ member, reason }: { member: MemberId; reason: string }) =>
    `dropped a message from ${member}, because handling it failed: ${reason}`,
);

export const senderUnknown = logEvent(
  "sender-unknown",
  "warn",
  ({ from }: { from: string }) => `dropped a message from ${from}: it is not in this node's member list`,
);

/** A listener of the application has thrown, or its promise was rejected. */
export const listenerFailed = logEvent(
  "listener-failed",
  "error",
  ({ event, reason }: { event: string; reason: string }) => `a listener for "${event}" failed: ${reason}`,
);

/** The codec cannot decode a value, of a topic or of the node itself. Without `author` and `number` it is missing from `values()`. */
export const valueUndecodable = logEvent(
  "value-undecodable",
  "error",
  ({ topic, author, number, reason }: { topic?: string; author?: string; number?: number; reason: string }) => {
    const place = topic === undefined ? "" : ` of topic ${topic}`;
    const loss =
      author === undefined
        ? `a value${place} is missing from values()`
        : `number ${number} of ${author}${place} was not delivered`;
    return `${loss}, because the codec cannot decode it: ${reason}`;
  },
);

/** Members confirm nothing, so broadcasts of `bytes` bytes go on without them each time that `silence` ms are over. */
export const confirmationsMissing = logEvent(
  "confirmations-missing",
  "warn",
  ({ members, silence, bytes }: { members: readonly MemberId[]; silence: number; bytes: number }) =>
    `${members.join(", ")} confirmed no value for ${silence / 1000} s; until ${members.length === 1 ? "it does" : "they do"}, broadcasts of ${bytes} bytes go on every ${silence / 1000} s`,
);
