import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { log, memberId, type WireForm, wireForm } from "../../application/options/fields.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { addressWords, isLoopback, parseAddress } from "./address.js";
import { type TlsCredentials, tlsSchema } from "./certificates.js";
import { limitsSchema, resolveLimits, type TcpLimits } from "./limits.js";
import { type MemberAddresses, parseMembers, parseSeeds } from "./members.js";
import { addressesIn, plaintextTo, refusePlaintext, refuseUnreachablePlace } from "./place.js";
import { nodeSockets } from "./sockets/node-sockets.js";
import { type TcpPorts, TcpTransport } from "./tcp-transport.js";

/** A node's identity on TCP. */
export interface TcpPlace {
  /** This node's id. */
  readonly id: MemberId;
  /** A fixed list: every member with its address, this node included: `{ a: "host:port" }`, or a list of `a=host:port`. */
  readonly members?: MemberAddresses;
  /**
   * Instead of `members`, if members come and go: addresses of some members, `host:port`. Any one that is alive is enough, and all may
   * be this node's own. A name may have several addresses; `_service._tcp.domain` is looked up as an SRV record. Names are looked up
   * anew at each attempt. See `tcpMembership`.
   */
  readonly join?: readonly string[];
  /**
   * Address on which this node listens, `host:port`. Default: its address among the members. With port 0 the system chooses one, and
   * `TcpTransport.address` tells it. With `join` it is needed.
   */
  readonly listen?: string;
  /** With `join`: address at which the other members reach this node, if it differs from `listen`. */
  readonly advertise?: string;
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
  members: v.optional(v.unknown()),
  join: v.optional(v.unknown()),
  listen: v.optional(addressToListen),
  advertise: v.optional(
    v.custom<string>((text) => typeof text === "string" && parseAddress(text) !== undefined, addressWords()),
  ),
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
  const seeds = rest.join === undefined ? undefined : parseSeeds(CALLER, rest.join);
  requireOneWay({ ...rest, seeds, list, listen });
  const members = seeds === undefined ? parseMembers(CALLER, list) : undefined;
  const limits = resolveLimits(CALLER, given);
  const address = listen === undefined ? members?.get(id) : parseAddress(listen, 0);
  if (address === undefined)
    throw new InvalidOptions(
      `${id} is not among the members (${[...(members?.keys() ?? [])].join(", ")}); add its address, or set listen`,
    );
  const { sockets = nodeSockets } = ports;
  const firstExpiry = tls && sockets.checkCredentials(tls, id);
  if (tls === undefined && allowPlaintext !== true)
    refusePlaintext([address, ...(members?.values() ?? []), ...addressesIn([rest.advertise, ...(seeds ?? [])])]);
  const member = { id, life: randomUUID(), members, isCompact: wire === "compact" };
  const transport = new TcpTransport({ ...ports, credentials: tls }, member, limits);
  await transport.listen(address);
  transport.watchExpiry(firstExpiry);
  if (seeds !== undefined)
    transport.open({
      address: rest.advertise ?? transport.address,
      seeds,
      mayConnect: (other) =>
        tls !== undefined || allowPlaintext === true || isLoopback(other) ? undefined : plaintextTo(other),
    });
  return transport;
}

/** @throws {InvalidOptions} unless the options describe either a fixed list of members, or members that come and go */
function requireOneWay(options: {
  readonly seeds: readonly string[] | undefined;
  readonly list: unknown;
  readonly listen: string | undefined;
  readonly advertise?: string | undefined;
}): void {
  const { seeds, list, listen, advertise } = options;
  if (seeds === undefined) {
    if (advertise !== undefined)
      throw new InvalidOptions(`${CALLER}'s option advertise needs join; a fixed list has the address of each member`);
    return;
  }
  if (list !== undefined)
    throw new InvalidOptions(`${CALLER} needs either members, a fixed list, or join, if members come and go, not both`);
  if (listen === undefined)
    throw new InvalidOptions(`${CALLER} needs the option listen, since join does not say where this node is`);
  refuseUnreachablePlace({ caller: CALLER, group: "" }, { listen, advertise });
}
