import * as v from "valibot";
import { AddressFile } from "../../adapters/address-file/address-file.js";
import type { TcpTransport } from "../../adapters/tcp/tcp-transport.js";
import { GossipMembership } from "../../application/membership/gossip-membership.js";
import { checkOptions } from "../../application/options/check-options.js";
import { log } from "../../application/options/fields.js";
import { guardedLog, type LogOption } from "../../application/options/guarded-log.js";
import { InvalidOptions, quote } from "../../application/options/invalid-options.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Membership } from "../../domain/ports/membership.js";
import type { Random } from "../../domain/ports/random.js";

/** Options of `tcpMembership`. */
export interface TcpMembershipOptions {
  /**
   * File in which the node keeps the addresses of the other members, for its next start. Default: beside its journal, if `createNode`
   * gets the path of a folder as `journal`; otherwise the addresses are not kept.
   */
  readonly addresses?: string;
  /** Receives an event when members join, leave, are suspected or lost. Default: no log. */
  readonly log?: LogOption;
}

/** Time and chance of a membership. */
interface TcpMembershipPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** The time of day in ms since 1970. */
  readonly timeOfDay: () => number;
}

const schema = v.strictObject({
  addresses: v.optional(v.pipe(v.string("the path of a file"), v.minLength(1, "the path of a file"))),
  log: v.optional(log),
});

/** The documentation is at `tcpMembership`, which is the same with the ports filled in. */
export function openTcpMembership(
  transport: TcpTransport,
  options: TcpMembershipOptions,
  { clock, random, timeOfDay }: TcpMembershipPorts,
): Membership {
  const entrance = typeof transport?.state === "function" ? transport.entrance : undefined;
  if (entrance === undefined)
    throw new InvalidOptions(
      `tcpMembership needs the transport that tcpTransport resolves to (await it), opened with the option join, not ${typeof transport?.state === "function" ? "one with a fixed list of members" : quote(transport)}`,
    );
  const { addresses, log: given } = checkOptions("tcpMembership", schema, options);
  const lines = guardedLog(given, timeOfDay);
  const book = new AddressFile(lines);
  if (addresses !== undefined) book.use(addresses);
  const { channel, seeds } = entrance;
  const membership = new GossipMembership({ channel, clock, random, timeOfDay, log: lines, book }, seeds);
  return {
    join: (onChange) => membership.join(onChange),
    leave: () => membership.leave(),
    details: () => membership.details(),
    keepBeside: (path) => {
      if (addresses === undefined) book.use(`${path}~members.json`);
    },
  };
}
