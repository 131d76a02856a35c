import { InvalidOptions } from "../../application/options/invalid-options.js";
import { type Address, isLoopback, isWildcard, parseAddress, writeAddress } from "./address.js";

/** Names of options in an error. */
export interface OptionNames {
  /** The function or command that takes the options. */
  readonly caller: string;
  /** Prefix of the options, such as `cluster.`. */
  readonly group: string;
}

/**
 * Checks where a node among members that come and go is.
 * @param place valid addresses
 * @throws {InvalidOptions} if no other machine could connect to the node at the address that the others are told
 */
export function refuseUnreachablePlace(
  { caller, group }: OptionNames,
  { listen, advertise }: { readonly listen: string; readonly advertise?: string | undefined },
): void {
  const address = parseAddress(advertise ?? listen, 0);
  if (address === undefined || !isWildcard(address)) return;
  const name = advertise === undefined ? "listen" : "advertise";
  throw new InvalidOptions(
    `${caller}'s option ${group}${name} is ${advertise ?? listen}, to which no other machine can connect; set ${group}advertise to this node's own address`,
  );
}

/** @throws {InvalidOptions} if one of the addresses is on another machine */
export function refusePlaintext(addresses: Iterable<Address>, group = ""): void {
  for (const address of addresses) if (!isLoopback(address)) throw new InvalidOptions(plaintextTo(address, group));
}

/** Why a node without TLS does not connect to an address. @param group prefix of the options, such as `cluster.` */
export function plaintextTo(address: Address, group = ""): string {
  return (
    `${writeAddress(address)} is not on this machine, and without TLS anyone on the network can read and send messages: ` +
    `set ${group}tls to a key, a certificate and its authority, or set ${group}allowPlaintext to true if you trust the network`
  );
}

/** The texts that are addresses: the hosts of a service are not known yet. */
export function addressesIn(texts: readonly (string | undefined)[]): Address[] {
  return texts.flatMap((text) => (text === undefined ? [] : (parseAddress(text, 0) ?? [])));
}
