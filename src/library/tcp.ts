/**
 * Nodes over TCP: `import { tcpTransport } from "tidecast/tcp"`.
 * @module tidecast/tcp
 */
import { SeededRandom } from "../adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { openTcpTransport, type TcpPlace } from "../adapters/tcp/open.js";
import type { TcpTransport } from "../adapters/tcp/tcp-transport.js";
import { guardedLog, type LogOption } from "../application/options/guarded-log.js";
import type { Membership } from "../domain/ports/membership.js";
import { openTcpMembership, type TcpMembershipOptions } from "./tcp/membership.js";

export type { Address } from "../adapters/tcp/address.js";
export { CannotListen } from "../adapters/tcp/cannot-listen.js";
export type { TlsCredentials } from "../adapters/tcp/certificates.js";
export type { TcpLimits } from "../adapters/tcp/limits.js";
export type { MemberAddresses } from "../adapters/tcp/members.js";
export type { TcpLinkState, TcpTransport } from "../adapters/tcp/tcp-transport.js";
export type { WireForm } from "../application/options/fields.js";
export { InvalidOptions } from "../application/options/invalid-options.js";
export type { TcpMembershipOptions } from "./tcp/membership.js";

/**
 * Members that come and go over TCP, for `createNode`'s option `members`. A node that knows the address of any one live member finds
 * all. Members are ordered by the time of joining, so a new member never becomes the root while an older one is there.
 *
 * A member that is closed is removed everywhere within a second, one whose process is killed within 5 s, and one whose host is silent
 * within 90 s. Both sides of a partition go on, and find one another again.
 * @param transport a transport with the option `join`
 * @throws {InvalidOptions} for an invalid option, or a transport with a fixed list of members
 */
export function tcpMembership(transport: TcpTransport, options: TcpMembershipOptions = {}): Membership {
  return openTcpMembership(transport, options, {
    clock: new SystemClock(),
    random: new SeededRandom(Math.floor(Math.random() * 2 ** 32)),
    timeOfDay: Date.now,
  });
}

/** Options of `tcpTransport`. */
export interface TcpTransportOptions extends TcpPlace {
  /** Receives an event when peers are refused, lost or reachable again, and when messages are dropped. Default: no log. */
  readonly log?: LogOption;
}

/**
 * Connects a node to the others over TCP. Resolves once it listens. A connection is opened when there are messages to send; if it
 * is lost, it is reopened after growing pauses. Meanwhile up to `limits.maxQueuedBytes` are queued per member.
 *
 * With `tls` both ends show a certificate of the same authority, and a peer without a certificate that names it is refused.
 * Without `tls` no id is proved and all traffic is readable. So plain text is rejected for addresses on other machines, unless
 * `allowPlaintext` is set.
 * @throws {InvalidOptions} (rejects) for an invalid option, member, address or limit, for plain text to other machines, and for a
 * certificate that the others would refuse; the message says what to do
 * @throws {CannotListen} (rejects) if the address is in use or is not this machine's
 */
export async function tcpTransport(options: TcpTransportOptions): Promise<TcpTransport> {
  const random = new SeededRandom(Math.floor(Math.random() * 2 ** 32));
  return openTcpTransport(options, { clock: new SystemClock(), random, log: guardedLog(options?.log, Date.now) });
}
