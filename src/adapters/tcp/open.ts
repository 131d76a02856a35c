import { randomUUID } from "node:crypto";
import type { MemberId } from "../../domain/ports/transport.js";
import { isLoopback, type MemberAddresses, parseAddress, parseMembers, writeAddress } from "./address.js";
import { checkOwnCredentials, type TlsCredentials } from "./certificates.js";
import { resolveLimits, type TcpLimits } from "./limits.js";
import { type TcpPorts, TcpTransport } from "./tcp-transport.js";

/** A node's place on TCP. */
export interface TcpPlace {
  /** This node's id. */
  readonly id: MemberId;
  /** Every member and where it listens, this node included: `{ a: "host:port" }`, or a list of `a=host:port`. */
  readonly members: MemberAddresses;
  /** Where this node listens, `host:port`, if that is not its address among the members. */
  readonly listen?: string;
  /** Without it everything is plain text, and whoever can connect can say that it is a member. */
  readonly tls?: TlsCredentials;
  /** Allows plain text also beyond this machine. Default: false. */
  readonly allowPlaintext?: boolean;
  /** Bounds on what others can make this node do. */
  readonly limits?: Partial<TcpLimits>;
}

/** Checks everything that can be checked, then listens. The documentation is at `tcpTransport`, which is the same with ports chosen. */
export async function openTcpTransport(place: TcpPlace, ports: TcpPorts): Promise<TcpTransport> {
  const { id, tls } = place;
  const members = parseMembers(place.members);
  const limits = resolveLimits(place.limits);
  const address = place.listen === undefined ? members.get(id) : parseAddress(place.listen);
  if (address === undefined)
    throw new RangeError(
      `${id} is not among the members (${[...members.keys()].join(", ")}): add its address, or set listen`,
    );
  if (tls !== undefined) checkOwnCredentials(tls, id, new Date());
  else if (place.allowPlaintext !== true) {
    const elsewhere = [address, ...members.values()].find((other) => !isLoopback(other));
    if (elsewhere !== undefined)
      throw new Error(
        `${writeAddress(elsewhere)} is not on this machine, and without TLS whoever can connect can read and send everything: ` +
          "set tls to a key, a certificate and its authority, or allowPlaintext to true if the network itself is trusted",
      );
  }
  const transport = new TcpTransport(id, randomUUID(), members, limits, ports, tls);
  await transport.listen(address);
  return transport;
}
