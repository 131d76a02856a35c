import * as v from "valibot";
import { duration, whole } from "../../application/options/fields.js";
import { wrongOption } from "../../application/options/invalid-options.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../domain/ports/transport.js";

/** Bounds on what peers and strangers can make a node do. Bytes, ms and numbers of connections. */
export interface TcpLimits {
  /** The most bytes of JSON that one message may have, from 16 KiB to 256 MiB. Default: 8 MiB. */
  readonly maxMessageBytes: number;
  /**
   * The most bytes that wait for one member that is away or slow. What was sent first is dropped first, since the protocol
   * sends again what still matters. Default: 16 MiB.
   */
  readonly maxQueuedBytes: number;
  /** Within so many ms a connection must have proved who it is, TLS included. Default: 5000. */
  readonly authenticationTimeout: number;
  /** The most connections that others may have open to this node, of members and strangers together. Default: 1000. */
  readonly maxConnections: number;
  /** The most of them that have not proved who they are; for a newcomer the oldest of them goes. Default: 200. */
  readonly maxUnauthenticated: number;
  /** The same for those from one remote address. Default: 64. */
  readonly maxUnauthenticatedPerAddress: number;
  /** The pause before a lost connection is made anew, in ms; it doubles with each failure, and varies by half. Default: 100. */
  readonly shortestPause: number;
  /** Up to which it doubles, in ms. Default: 10,000. */
  readonly longestPause: number;
  /**
   * Who has been sent something and says nothing for so many ms is asked whether it is still there, and after as long again
   * taken for gone. On a connection at rest TCP's keep-alive does it, without a message. Default: 10,000.
   */
  readonly longestSilence: number;
  /** How long `close` waits until what was sent has been taken, in ms. Default: 2000. */
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

/** Room on a line for what stands around the body of a message: sender and receiver. */
export const ENVELOPE_ROOM = 4096;

/** One message is one string of JavaScript when it is read. */
const LARGEST_MESSAGE = 256 * MEBIBYTE;

/** The option `limits`, as it may be given. */
export const limitsSchema = v.strictObject({
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
} satisfies Record<keyof TcpLimits, unknown>);

/**
 * Fills in the defaults.
 * @param given each of them valid by itself
 * @throws {InvalidOptions} if two of them contradict one another
 */
export function resolveLimits(caller: string, given: v.InferOutput<typeof limitsSchema> = {}): TcpLimits {
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  const limits: TcpLimits = { ...defaults, ...Object.fromEntries(Object.entries(given).filter(isGiven)) };
  const { maxMessageBytes, maxQueuedBytes, shortestPause, longestPause } = limits;
  if (maxQueuedBytes < maxMessageBytes + ENVELOPE_ROOM)
    throw wrongOption(
      caller,
      "limits.maxQueuedBytes",
      `at least ${maxMessageBytes + ENVELOPE_ROOM}, room for one message of maxMessageBytes and its envelope`,
      maxQueuedBytes,
    );
  if (longestPause < shortestPause)
    throw wrongOption(caller, "limits.longestPause", `at least limits.shortestPause, ${shortestPause}`, longestPause);
  return limits;
}
