import { isIPv4 } from "node:net";
import type { MemberId } from "../../domain/ports/transport.js";

/** Where a member listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Members and their addresses: `{ a: "host:port" }`, or `a=host:port` each. */
export type MemberAddresses = Readonly<Record<MemberId, string>> | readonly string[];

/**
 * Reads `host:port`; an IPv6 address stands in brackets.
 * @throws {RangeError} that says what is expected
 */
export function parseAddress(text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535)
    throw new RangeError(`"${text}" is no address: host:port is, or [IPv6]:port, with a port of at most 65535`);
  return { host, port };
}

/**
 * Reads the members' addresses.
 * @throws {RangeError} that names the member and says what is expected
 */
export function parseMembers(members: MemberAddresses): Map<MemberId, Address> {
  const pairs = Array.isArray(members) ? members.map(splitMember) : Object.entries(members as Record<string, string>);
  const addresses = new Map<MemberId, Address>();
  for (const [id, address] of pairs) {
    if (id === "") throw new RangeError("a member needs an id that is not empty");
    if (addresses.has(id)) throw new RangeError(`member ${id} is given twice`);
    addresses.set(id, parseAddress(address));
  }
  return addresses;
}

export function writeAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether what goes there never leaves this machine. Names other than `localhost` are not looked up, and count as elsewhere. */
export function isLoopback({ host }: Address): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

function splitMember(text: string): [MemberId, string] {
  const end = text.indexOf("=");
  if (end === -1) throw new RangeError(`"${text}" is no member: id=host:port is`);
  return [text.slice(0, end), text.slice(end + 1)];
}
