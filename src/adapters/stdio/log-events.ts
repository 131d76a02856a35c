import { excerpt } from "../../application/wire/excerpt.js";
import { logEvent } from "../../domain/log/log-event.js";

export const outputFailed = logEvent(
  "output-failed",
  "error",
  ({ reason }: { reason: string }) => `the output failed, so this node exits: ${reason}`,
);

export const inputFailed = logEvent(
  "input-failed",
  "error",
  ({ reason }: { reason: string }) => `the input failed, so this node exits: ${reason}`,
);

export const outputTooLarge = logEvent(
  "message-too-large",
  "error",
  ({ to, reason }: { to: string; reason: string }) =>
    `a message to ${excerpt(to)} is lost, because it cannot be written: ${reason}`,
);

/** `line` is the beginning of the line. */
export const inputInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ reason, line }: { reason: string; line: string }) => `dropped a line of input: ${reason}: ${excerpt(line)}`,
);
