import { lookup, resolveSrv } from "node:dns/promises";
import { isIP } from "node:net";
import { type Address, parseAddress } from "./address.js";

/** Looks up names, each time anew. Each function rejects if a name is unknown. */
export interface NameServer {
  /** The IP addresses of a host. */
  hosts(name: string): Promise<readonly string[]>;
  /** The hosts and ports of a service (RFC 2782). */
  services(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
}

/** The system's resolver, with its file of hosts; it asks DNS alone for services. */
export const systemNames: NameServer = {
  hosts: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  services: (name) => resolveSrv(name),
};

/** Name of a service: `_service._protocol.domain`. */
const SERVICE = /^_[A-Za-z0-9-]+\._[A-Za-z]+\.[A-Za-z0-9._-]+$/;

/** Whether a seed is an address, or the name of a service. */
export function isSeed(text: string): boolean {
  return SERVICE.test(text) || parseAddress(text) !== undefined;
}

/** Every address of a host, or the address itself if it has no name. @throws {Error} if the name is unknown */
export async function addressesOf({ host, port }: Address, names: NameServer): Promise<Address[]> {
  if (isIP(host.split("%")[0] as string) !== 0) return [{ host, port }];
  return [...new Set(await names.hosts(host))].map((each) => ({ host: each, port }));
}

/** Every address of a seed. @throws {Error} if no name can be looked up */
export async function addressesOfSeed(seed: string, names: NameServer): Promise<Address[]> {
  const address = SERVICE.test(seed) ? undefined : parseAddress(seed);
  if (address !== undefined) return addressesOf(address, names);
  const services = await names.services(seed);
  const found = await Promise.allSettled(services.map(({ name: host, port }) => addressesOf({ host, port }, names)));
  const addresses = found.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  const failure = found.find((result) => result.status === "rejected");
  if (addresses.length === 0 && failure !== undefined) throw failure.reason;
  return addresses;
}
