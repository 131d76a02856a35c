import * as v from "valibot";
import { duration, whole } from "../../application/options/fields.js";
import { wrongOption } from "../../application/options/invalid-options.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../domain/ports/transport.js";

/** Bounds on the resources that peers and strangers can use. Bytes, ms and numbers of connections. */
export interface TcpLimits {
  /** The most bytes of one message, as JSON or on the compact wire, from 1,400 bytes to 256 MiB. Default: 8 MiB. */
  readonly maxMessageBytes: number;
  /**
   * The most bytes queued for one unreachable or slow member. Beyond that the oldest messages are dropped; the protocol sends
   * again what still matters. Default: 16 MiB.
   */
  readonly maxQueuedBytes: number;
  /** Time in ms within which a connection must authenticate, TLS included. Default: 5000. */
  readonly authenticationTimeout: number;
  /** The most incoming connections, of members and strangers together. Default: 1000. */
  readonly maxConnections: number;
  /** The most unauthenticated ones among them; for a new one the oldest is closed. Default: 200. */
  readonly maxUnauthenticated: number;
  /** The most unauthenticated ones from one remote address. Default: 64. */
  readonly maxUnauthenticatedPerAddress: number;
  /** Pause before a lost connection is reopened, in ms; it doubles with each failure, and varies by half. Default: 100. */
  readonly shortestPause: number;
  /** Upper bound on the doubled pause, in ms. Default: 10,000. */
  readonly longestPause: number;
  /**
   * Silence in ms after which a peer with messages in flight is probed; after as much silence again it counts as gone. On an idle
   * connection TCP's keep-alive does this without messages. Default: 10,000.
   */
  readonly longestSilence: number;
  /** Time that `close` waits for sent messages to be received, in ms. Default: 2000. */
  readonly closeTimeout: number;
}

const MEBIBYTE = 2 ** 20;

const defaults: TcpLimits = {
  maxMessageBytes: 8 * MEBIBYTE,
  maxQueuedBytes: 16 * MEBIBYTE,
  authenticationTimeout: 5000,
  maxConnections: 1000,
  maxUnauthenticated: 200,
  maxUnauthenticatedPerAddress: 64,
  shortestPause: 100,
  longestPause: 10_000,
  longestSilence: 10_000,
  closeTimeout: 2000,
};

/** Space on a line around the body of a message: sender and receiver. */
export const ENVELOPE_ROOM = 4096;

/** A received line is one JavaScript string. */
const LARGEST_MESSAGE = 256 * MEBIBYTE;

/** Schema of the option `limits`. */
export const limitsSchema = v.strictObject(
  {
    maxMessageBytes: v.optional(whole(SMALLEST_MESSAGE_LIMIT, LARGEST_MESSAGE)),
    maxQueuedBytes: v.optional(whole(1)),
    authenticationTimeout: v.optional(duration),
    maxConnections: v.optional(whole(1)),
    maxUnauthenticated: v.optional(whole(1)),
    maxUnauthenticatedPerAddress: v.optional(whole(1)),
    shortestPause: v.optional(duration),
    longestPause: v.optional(duration),
    longestSilence: v.optional(duration),
    closeTimeout: v.optional(duration),
  } satisfies Record<keyof TcpLimits, unknown>,
  "an object with limits, such as { maxQueuedBytes }",
);

/**
 * Fills in the defaults.
 * @param given limits that are valid individually
 * @throws {InvalidOptions} if two of them contradict each other
 */
export function resolveLimits(caller: string, given: v.InferOutput<typeof limitsSchema> = {}): TcpLimits {
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  const limits: TcpLimits = { ...defaults, ...Object.fromEntries(Object.entries(given).filter(isGiven)) };
  const { maxMessageBytes, maxQueuedBytes, shortestPause, longestPause } = limits;
  if (maxQueuedBytes < maxMessageBytes + ENVELOPE_ROOM)
    throw wrongOption(
      caller,
      "limits.maxQueuedBytes",
      `at least ${maxMessageBytes + ENVELOPE_ROOM} (maxMessageBytes and its envelope)`,
      maxQueuedBytes,
    );
  if (longestPause < shortestPause)
    throw wrongOption(caller, "limits.longestPause", `at least limits.shortestPause, ${shortestPause}`, longestPause);
  return limits;
}
