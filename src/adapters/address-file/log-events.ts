import { logEvent } from "../../domain/log/log-event.js";

export const addressesInvalid = logEvent(
  "addresses-unreadable",
  "warn",
  ({ path }: { path: string }) => `ignored ${path}: it is not a list of addresses`,
);

export const addressesUnreadable = logEvent(
  "addresses-unreadable",
  "warn",
  ({ reason }: { path: string; reason: string }) => `cannot read the addresses of other members: ${reason}`,
);

export const addressesNotKept = logEvent(
  "addresses-not-kept",
  "warn",
  ({ reason }: { path: string; reason: string }) =>
    `cannot keep the addresses of other members for the next start: ${reason}`,
);
