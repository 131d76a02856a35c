import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** Address of a member. */
export interface Address {
  /** A name or an IP address, as given; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;
/** IPv4 within IPv6 (RFC 4291, 2.5.5.2), as `canonicalHost` writes it. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * Parses `host:port`; an IPv6 address needs brackets.
 * @param lowestPort 0 if the system may choose the port
 * @returns `undefined` if the text is not an address
 */
export function parseAddress(text: string, lowestPort: 0 | 1 = 1): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < lowestPort || port > HIGHEST_PORT) return undefined;
  if (bracketed === undefined ? !isHostName(host) : !isIPv6(host)) return undefined;
  return { host, port };
}

/** Description of an address, as the end of "must be …". */
export function addressWords(lowestPort: 0 | 1 = 1): string {
  return `host:port, or [IPv6]:port, with a port from ${lowestPort} to ${HIGHEST_PORT}`;
}

export function writeAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether traffic to this address never leaves this machine. Names other than `localhost` are not looked up, and count as remote. */
export function isLoopback(address: Address): boolean {
  const host = canonicalHost(address);
  return host === "localhost" || host === "::1" || host.startsWith("::1%") || (isIPv4(host) && host.startsWith("127."));
}

/** Whether a node can listen on this address, on all its interfaces, while no other machine can connect to it. */
export function isWildcard(address: Address): boolean {
  return ["0.0.0.0", "::"].includes(canonicalHost(address));
}

/** Whether two addresses are the same, in any spelling. `localhost` is 127.0.0.1 and ::1; other names are not looked up. */
export function isSameAddress(one: Address, other: Address): boolean {
  if (one.port !== other.port) return false;
  const [host, otherHost] = [canonicalHost(one), canonicalHost(other)];
  const isLocalName = (name: string, address: string) =>
    name === "localhost" && (address === "127.0.0.1" || address === "::1");
  return host === otherHost || isLocalName(host, otherHost) || isLocalName(otherHost, host);
}

/** Canonical spelling of a host: lower case, no trailing dot, the shortest IPv6, and IPv4 instead of IPv4 within IPv6. */
function canonicalHost({ host }: Address): string {
  if (isIPv6(host)) {
    const [address = "", zone] = host.split("%");
    const shortest = domainToASCII(`[${address}]`).slice(1, -1);
    const [, high, low] = MAPPED.exec(shortest) ?? [];
    if (high !== undefined && low !== undefined)
      return dotted((Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16));
    return zone === undefined ? shortest : `${shortest}%${zone}`;
  }
  const ascii = domainToASCII(host);
  return ascii.endsWith(".") ? ascii.slice(0, -1) : ascii;
}

function dotted(ipv4: number): string {
  return [24, 16, 8, 0].map((shift) => (ipv4 >>> shift) & 0xff).join(".");
}

/** Whether a host is a name or an IPv4 address. International names count if they have an ASCII form. */
function isHostName(host: string): boolean {
  // Node's function cuts off text after a slash or the like, and removes white space.
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(host)) return false;
  const ascii = domainToASCII(host);
  return ascii.length <= 254 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/.test(ascii);
}
