/**
 * Over TCP: `import { tcpTransport } from "tidecast/tcp"`.
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
export { InvalidOptions } from "../application/options/invalid-options.js";

/** How to reach the other members over TCP. */
export interface TcpTransportOptions extends TcpPlace {
  /** Told who is refused, lost and reached again, and what had to be dropped. Default: nobody. */
  readonly log?: Log;
}

/**
 * Connects a node to others over TCP. Resolves once it listens; connections are made when there is something to send, and
 * again, with growing pauses, when they are lost. What is sent meanwhile waits, within `limits.maxQueuedBytes` a member.
 *
 * With `tls` both ends show a certificate of the same authority, and who shows one that does not name it is refused.
 * Without, nothing is proved and anyone on the way can read: it is refused for addresses that are not on this machine,
 * unless `allowPlaintext` is set.
 * @throws {InvalidOptions} (rejects) for an option, a member, an address or a limit that is invalid, for plain text beyond this
 * machine, and for a certificate of its own that the others would refuse; says what to do
 * @throws {CannotListen} (rejects) if the address is in use or is not this machine's
 */
export async function tcpTransport(options: TcpTransportOptions): Promise<TcpTransport> {
  const random = new SeededRandom(Math.floor(Math.random() * 2 ** 32));
  return openTcpTransport(options, { clock: new SystemClock(), random, log: guardedLog(options?.log) });
}
