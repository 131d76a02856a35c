/**
 * Nodes over TCP: `import { tcpTransport } from "tidecast/tcp"`.
 * @module tidecast/tcp
 */
import { SeededRandom } from "../adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { openTcpTransport, type TcpPlace } from "../adapters/tcp/open.js";
import type { TcpTransport } from "../adapters/tcp/tcp-transport.js";
import { guardedLog } from "../application/options/guarded-log.js";
import type { Log } from "../domain/ports/log.js";

export type { Address } from "../adapters/tcp/address.js";
export { CannotListen } from "../adapters/tcp/cannot-listen.js";
export type { TlsCredentials } from "../adapters/tcp/certificates.js";
export type { TcpLimits } from "../adapters/tcp/limits.js";
export type { MemberAddresses } from "../adapters/tcp/members.js";
export type { TcpLinkState, TcpTransport } from "../adapters/tcp/tcp-transport.js";
export type { WireForm } from "../application/options/fields.js";
export { InvalidOptions } from "../application/options/invalid-options.js";

/** Options of `tcpTransport`. */
export interface TcpTransportOptions extends TcpPlace {
  /** Receives a line when peers are refused, lost or reachable again, and when messages are dropped. Default: no log. */
  readonly log?: Log;
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
  return openTcpTransport(options, { clock: new SystemClock(), random, log: guardedLog(options?.log) });
}
