/**
 * Over NATS: `import { natsTransport, natsMembership } from "tidecast/nats"`. Needs the package `@nats-io/transport-node` beside this one.
 * @module tidecast/nats
 */
import type { NatsTransport } from "../adapters/nats/nats-transport.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { HeartbeatMembership } from "../application/membership/heartbeat-membership.js";
import type { Log } from "../domain/ports/log.js";
import type { Membership } from "../domain/ports/membership.js";

export { type NatsTransport, type NatsTransportOptions, natsTransport } from "../adapters/nats/nats-transport.js";
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

/**
 * The members are whoever is there, under the transport's prefix: they find one another by heartbeats, which any NATS server
 * carries. Ordered by the time of joining, so that a newcomer never becomes the root while an older member is there.
 * Every node of a cluster needs the same options.
 * @throws {RangeError} if the timeout is less than two intervals
 */
export function natsMembership(transport: NatsTransport, options: NatsMembershipOptions = {}): Membership {
  const { heartbeatInterval: interval = 1000, timeout = 5000, log = { line: () => {} } } = options;
  const channel = transport.announcements();
  const ports = { channel, clock: new SystemClock(), timeOfDay: Date.now, log };
  return new HeartbeatMembership(transport.id, ports, { interval, timeout });
}
