import { logEvent } from "../../domain/log/log-event.js";

export const messageTooLarge = logEvent(
  "message-too-large",
  "error",
  ({ from, member, limit }: { from: string; member: string; limit: number }) =>
    `dropped a message from ${from} to ${member}: it is larger than ${limit} bytes`,
);
