import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { log, memberId, type WireForm, wireForm } from "../../application/options/fields.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { addressWords, isLoopback, parseAddress, writeAddress } from "./address.js";
import { checkOwnCredentials, type TlsCredentials, tlsSchema } from "./certificates.js";
import { limitsSchema, resolveLimits, type TcpLimits } from "./limits.js";
import { type MemberAddresses, parseMembers } from "./members.js";
import { type TcpPorts, TcpTransport } from "./tcp-transport.js";

/** A node's identity on TCP. */
export interface TcpPlace {
  /** This node's id. */
  readonly id: MemberId;
  /** Every member with its address, this node included: `{ a: "host:port" }`, or a list of `a=host:port`. */
  readonly members: MemberAddresses;
  /**
   * Address on which this node listens, `host:port`, if it differs from its address among the members. With port 0 the system
   * chooses one, and `TcpTransport.address` tells it.
   */
  readonly listen?: string;
  /** Without it all traffic is plain text, and every process that can connect can pose as a member. */
  readonly tls?: TlsCredentials;
  /** Allows plain text to other machines. Default: false. */
  readonly allowPlaintext?: boolean;
  /**
   * Form of the messages. `compact` is binary, with members that understand it; with others messages are lines of JSON. `json` makes
   * all messages to and from this node lines of JSON, which you can read. Default: `compact`.
   */
  readonly wire?: WireForm;
  /** Bounds on the resources that others can use. */
  readonly limits?: Partial<TcpLimits>;
}

/** The function that takes these options, for error messages. */
const CALLER = "tcpTransport";

const addressToListen = v.custom<string>(
  (text) => typeof text === "string" && parseAddress(text, 0) !== undefined,
  addressWords(0),
);

const schema = v.strictObject({
  id: memberId,
  // Parsed and checked below.
  members: v.unknown(),
  listen: v.optional(addressToListen),
  tls: v.optional(tlsSchema),
  allowPlaintext: v.optional(v.boolean("true or false")),
  wire: v.optional(wireForm),
  limits: v.optional(limitsSchema),
  log: v.optional(log),
});

/** Checks all options, then listens. The documentation is at `tcpTransport`, which is the same with the ports filled in. */
export async function openTcpTransport(place: TcpPlace, ports: TcpPorts): Promise<TcpTransport> {
  const {
    id,
    listen,
    allowPlaintext,
    wire = "compact",
    limits: given,
    members: list,
    ...rest
  } = checkOptions(CALLER, schema, place);
  const tls = rest.tls as TlsCredentials | undefined;
  const members = parseMembers(CALLER, list);
  const limits = resolveLimits(CALLER, given);
  const address = listen === undefined ? members.get(id) : parseAddress(listen, 0);
  if (address === undefined)
    throw new InvalidOptions(
      `${id} is not among the members (${[...members.keys()].join(", ")}); add its address, or set listen`,
    );
  if (tls !== undefined) checkOwnCredentials(tls, id, new Date());
  else if (allowPlaintext !== true) {
    const elsewhere = [address, ...members.values()].find((other) => !isLoopback(other));
    if (elsewhere !== undefined)
      throw new InvalidOptions(
        `${writeAddress(elsewhere)} is not on this machine, and without TLS anyone on the network can read and send messages: ` +
          "set tls to a key, a certificate and its authority, or set allowPlaintext to true if you trust the network",
      );
  }
  const member = { id, life: randomUUID(), members, isCompact: wire === "compact" };
  const transport = new TcpTransport({ ...ports, credentials: tls }, member, limits);
  await transport.listen(address);
  return transport;
}
