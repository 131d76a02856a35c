/**
 * Nodes over NATS: `import { natsTransport, natsMembership } from "tidecast/nats"`. Requires the package `@nats-io/transport-node`.
 * @module tidecast/nats
 */
import * as v from "valibot";
import type { NatsTransport } from "../adapters/nats/nats-transport.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { HeartbeatMembership } from "../application/membership/heartbeat-membership.js";
import { checkOptions } from "../application/options/check-options.js";
import { duration, log } from "../application/options/fields.js";
import type { LogOption } from "../application/options/guarded-log.js";
import { InvalidOptions, quote, wrongOption } from "../application/options/invalid-options.js";
import type { Membership } from "../domain/ports/membership.js";

export { CannotConnect } from "../adapters/nats/cannot-connect.js";
export { type NatsTransport, type NatsTransportOptions, natsTransport } from "../adapters/nats/nats-transport.js";
export type { WireForm } from "../application/options/fields.js";
export { InvalidOptions } from "../application/options/invalid-options.js";
export type { AnnouncementChannel } from "../domain/ports/membership.js";

/** Options of `natsMembership`. */
export interface NatsMembershipOptions {
  /** Interval between a node's heartbeats, in ms. A new member listens for 1.5 intervals before it joins. Default: 1000. */
  readonly heartbeatInterval?: number;
  /** Silence in ms after which a member counts as gone; noticed up to one interval later. At least two intervals. Default: 5000. */
  readonly timeout?: number;
  /** Receives an event when members join or leave. Default: no log. */
  readonly log?: LogOption;
}

const schema = v.strictObject({
  heartbeatInterval: v.optional(duration),
  timeout: v.optional(duration),
  log: v.optional(log),
});

/**
 * A membership of all running nodes under the transport's prefix: they find each other by heartbeats, which any NATS server can
 * carry. Members are ordered by the time of joining, so a new member never becomes the root while an older one is there.
 * Every node of a cluster needs the same options.
 * @throws {InvalidOptions} for an invalid option, such as a timeout of less than two intervals
 */
export function natsMembership(transport: NatsTransport, options: NatsMembershipOptions = {}): Membership {
  if (typeof transport?.announcements !== "function")
    throw new InvalidOptions(
      `natsMembership needs the transport that natsTransport resolves to (await it), not ${quote(transport)}`,
    );
  const checked = checkOptions("natsMembership", schema, options);
  const { heartbeatInterval: interval = 1000, timeout = 5000 } = checked;
  if (timeout < 2 * interval)
    throw wrongOption(
      "natsMembership",
      "timeout",
      `at least ${2 * interval} (two heartbeat intervals, since a heartbeat may get lost)`,
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
