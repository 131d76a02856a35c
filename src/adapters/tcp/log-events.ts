import { STOP_ONE } from "../../application/log-events.js";
import { excerpt } from "../../application/wire/excerpt.js";
import { logEvent } from "../../domain/log/log-event.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { daysLeft } from "./expiry-watch.js";

export const connectFailed = logEvent(
  "connect-failed",
  "warn",
  ({ member, address, reason }: { member: MemberId; address: string; reason: string }) =>
    `cannot reach ${member} at ${address}: ${reason}`,
);

export const connectionLost = logEvent(
  "connection-lost",
  "warn",
  ({ member, reason }: { member: MemberId; reason: string }) => `lost the connection to ${member}: ${reason}`,
);

export const connectionRestored = logEvent(
  "connection-restored",
  "info",
  ({ member }: { member: MemberId }) => `${member} is reachable again`,
);

export const connectionRefused = logEvent(
  "connection-refused",
  "warn",
  ({ address, reason }: { address: string; reason: string }) => `refused a connection from ${address}: ${reason}`,
);

/** Of `count` connections that have not authenticated, all of them from `address` if it is given, the oldest made room. */
export const connectionEvicted = logEvent(
  "connection-evicted",
  "warn",
  ({ count, address }: { count: number; address?: string }) =>
    `closed the oldest of ${count} unauthenticated connections${address === undefined ? "" : ` from ${address}`}, to make room for another one`,
);

export const acceptFailed = logEvent(
  "accept-failed",
  "error",
  ({ reason }: { reason: string }) => `could not accept a connection: ${reason}`,
);

/** `limit` is in bytes. */
export const queueOverflow = logEvent(
  "queue-overflow",
  "warn",
  ({ member, count, limit }: { member: MemberId; count: number; limit: number }) =>
    `dropped the oldest ${count === 1 ? "message" : `${count} messages`} to ${member}: more than ${limit} bytes were queued for it (limits.maxQueuedBytes)`,
);

/** `expires` is in ms since 1970. */
export const certificateExpiring = logEvent(
  "certificate-expiring",
  "warn",
  ({ expires, days, setting }: { expires: number; days: number; setting: "tls.cert" | "tls.ca" }) => {
    const date = new Date(expires).toISOString();
    const when = days < 0 ? `expired on ${date}` : `expires on ${date}, ${daysLeft(days)}`;
    const before = days < 0 ? "" : " before then, or";
    return setting === "tls.cert"
      ? `this node's certificate (tls.cert) ${when}; replace it${before || ":"} other members refuse this node's new connections`
      : `the authority of this node's certificate (tls.ca) ${when}; let all members trust a new one, and give them new certificates${before || ":"} members refuse each other's new connections`;
  },
);

export const receiverUnknown = logEvent(
  "receiver-unknown",
  "warn",
  ({ to, reason }: { to: string; reason: string }) => `dropped a message to ${excerpt(to)}, ${reason}`,
);

export const receiverIsSelf = logEvent(
  "receiver-unknown",
  "warn",
  (_: { to: string }) => "dropped a message to this node itself",
);

/** `line` is the beginning of the line. */
export const lineInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ member, reason, line }: { member: MemberId; reason: string; line: string }) =>
    `dropped a line from ${member}: ${reason}: ${excerpt(line)}`,
);

export const frameInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ member, reason }: { member: MemberId; reason: string }) => `dropped a message from ${member}: ${reason}`,
);

/** Two processes use the id of a peer. */
export const peerIdInUse = logEvent(
  "id-in-use",
  "error",
  ({ id, addresses: [one, other] }: { id: MemberId; addresses: readonly [string, string] }) =>
    `two processes use the id ${id}: one at ${one}, one at ${other}; ${STOP_ONE}`,
);

/** A peer sees two processes with this node's id: another one at `address`, and this one at `ownAddress`. */
export const ownIdInUse = logEvent(
  "id-in-use",
  "error",
  (fields: { id: MemberId; member: MemberId; address: string; ownAddress: string }) =>
    `another process uses the id ${fields.id}: ${fields.member} sees it at ${excerpt(fields.address)}, and this process at ${excerpt(fields.ownAddress)}; ${STOP_ONE}`,
);

export const memberAddressUnusable = logEvent(
  "address-unusable",
  "warn",
  ({ member, address, reason }: { member: MemberId; address: string; reason: string }) =>
    `cannot connect to ${member}, which gives its address as ${excerpt(address)}: ${reason}`,
);

export const seedUnusable = logEvent(
  "address-unusable",
  "warn",
  ({ address, reason }: { address: string; reason: string }) =>
    `cannot look for members at ${excerpt(address)}: ${reason}`,
);

export const seedUnknown = logEvent(
  "seed-unknown",
  "warn",
  ({ seed, reason }: { seed: string; reason: string }) => `cannot find the seed ${seed}: ${reason}`,
);

export const seedSilent = logEvent(
  "seed-silent",
  "warn",
  ({ address, reason }: { address: string; reason: string }) => `no member answers at ${address}: ${reason}`,
);
