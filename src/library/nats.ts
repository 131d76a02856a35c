/**
 * Over NATS: `import { natsTransport, natsMembership } from "tidecast/nats"`. Needs the package `@nats-io/transport-node` beside this one.
 * @module tidecast/nats
 */
import * as v from "valibot";
import type { NatsTransport } from "../adapters/nats/nats-transport.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { HeartbeatMembership } from "../application/membership/heartbeat-membership.js";
import { checkOptions } from "../application/options/check-options.js";
import { duration, log } from "../application/options/fields.js";
import { InvalidOptions, quote, wrongOption } from "../application/options/invalid-options.js";
import type { Log } from "../domain/ports/log.js";
import type { Membership } from "../domain/ports/membership.js";

export { CannotConnect } from "../adapters/nats/cannot-connect.js";
export { type NatsTransport, type NatsTransportOptions, natsTransport } from "../adapters/nats/nats-transport.js";
export { InvalidOptions } from "../application/options/invalid-options.js";
export type { AnnouncementChannel } from "../domain/ports/membership.js";

/** How members find one another over NATS. */
export interface NatsMembershipOptions {
  /** How often a node says that it is there, in ms. A newcomer listens for one and a half of these before it joins. Default: 1000. */
  readonly heartbeatInterval?: number;
  /** After this much silence, in ms, and up to one interval more, a member is gone. Default: 5000; at least two intervals. */
  readonly timeout?: number;
  /** Told who joins and leaves. Default: nobody. */
  readonly log?: Log;
}

const schema = v.strictObject({
  heartbeatInterval: v.optional(duration),
  timeout: v.optional(duration),
  log: v.optional(log),
});

/**
 * The members are whoever is there, under the transport's prefix: they find one another by heartbeats, which any NATS server
 * carries. Ordered by the time of joining, so that a newcomer never becomes the root while an older member is there.
 * Every node of a cluster needs the same options.
 * @throws {InvalidOptions} for an option that is invalid, such as a timeout of less than two intervals
 */
export function natsMembership(transport: NatsTransport, options: NatsMembershipOptions = {}): Membership {
  if (typeof transport?.announcements !== "function")
    throw new InvalidOptions(
      `natsMembership takes the transport that natsTransport resolves to (await it), not ${quote(transport)}`,
    );
  const checked = checkOptions("natsMembership", schema, options);
  const { heartbeatInterval: interval = 1000, timeout = 5000 } = checked;
  if (timeout < 2 * interval)
    throw wrongOption(
      "natsMembership",
      "timeout",
      `at least two heartbeat intervals, ${2 * interval} ms, since a heartbeat may get lost`,
      timeout,
    );
  const channel = transport.announcements();
  const process = () => transport.describeProcess();
  const ports = {
    channel,
    process,
    clock: new SystemClock(),
    timeOfDay: Date.now,
    log: checked.log ?? { line: () => {} },
  };
  return new HeartbeatMembership(transport.id, ports, { interval, timeout });
}
