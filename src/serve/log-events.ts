import { daysLeft } from "../adapters/tcp/expiry-watch.js";
import { logEvent } from "../domain/log/log-event.js";

/** The cluster has `size` members. */
export const serverReady = logEvent(
  "server-ready",
  "info",
  ({ values, size }: { values: number; size: number }) =>
    `ready, with ${values} ${values === 1 ? "value" : "values"} and ${size} ${size === 1 ? "member" : "members"}`,
);

export const shutdownStarted = logEvent(
  "shutdown-started",
  "info",
  ({ signal }: { signal: string }) => `${signal}: shutting down`,
);

/** `limit` is in ms. */
export const shutdownTooSlow = logEvent(
  "shutdown-too-slow",
  "error",
  ({ limit }: { limit: number }) => `the shutdown took longer than ${limit} ms; exiting all the same`,
);

/** `duration` of the shutdown is in ms. */
export const shutdownFinished = logEvent("shutdown-finished", "info", (_: { duration: number }) => "left the cluster");

export const tokensRenewed = logEvent(
  "tokens-renewed",
  "info",
  ({ count, path }: { count: number; path: string }) =>
    `read ${count} ${count === 1 ? "token" : "tokens"} from ${path}, which has changed`,
);

export const tokensUnusable = logEvent(
  "tokens-unusable",
  "warn",
  ({ reason }: { path: string; reason: string }) => `the tokens stay as they were: ${reason}`,
);

export const tooManyClients = logEvent(
  "too-many-clients",
  "warn",
  ({ limit }: { limit: number }) => `refused a connection: there are ${limit} already (limits.connections)`,
);

/** A fault of the server; `reason` has its place. */
export const requestFailed = logEvent(
  "request-failed",
  "error",
  ({ reason }: { reason: string }) => `a request failed: ${reason}`,
);

/** A client has read nothing for `silence` ms. `kind` is the form of its stream. */
export const streamTooSlow = logEvent(
  "stream-too-slow",
  "warn",
  ({ kind, silence }: { kind: "sse" | "websocket"; silence: number }) =>
    `closed a ${kind === "sse" ? "stream of events" : "WebSocket"}: its client has read nothing for ${silence} ms (limits.slowReader)`,
);

/** `setting` is the setting with the files. `expires` is in ms since 1970. */
export const certificateRenewed = logEvent(
  "certificate-renewed",
  "info",
  ({ setting, expires }: { setting: string; expires: number }) =>
    `renewed the certificate of ${setting}; it expires on ${new Date(expires).toISOString()}`,
);

export const certificateUnusable = logEvent(
  "certificate-unusable",
  "warn",
  ({ setting, reason }: { setting: string; reason: string }) =>
    `the certificate of ${setting} stays as it was: ${reason}`,
);

export const certificateExpiring = logEvent(
  "certificate-expiring",
  "warn",
  ({ setting, expires, days, path }: { setting: string; expires: number; days: number; path: string }) =>
    days < 0
      ? `the certificate of ${setting} expired on ${new Date(expires).toISOString()}; renew ${path}`
      : `the certificate of ${setting} expires on ${new Date(expires).toISOString()}, ${daysLeft(days)}; renew ${path}`,
);

export const certificateUnreadable = logEvent(
  "certificate-unreadable",
  "error",
  ({ setting, reason }: { setting: string; reason: string }) =>
    `the certificate of ${setting} cannot be read: ${reason}`,
);
