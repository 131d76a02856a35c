import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { quote } from "../../application/options/invalid-options.js";
import { Problem } from "./problems.js";

/** The header `Host`: a name, an IPv4 address or an IPv6 address in brackets, and a port if it is not the usual one. */
const HOST = /^(?:\[([^[\]]+)\]|([^:@/?#[\]]+))(?::\d*)?$/;

/**
 * Refuses requests that a foreign page makes in a browser that can reach this server. Only browsers send `Origin`, and a page cannot change it.
 * @param isOpen whether clients need no authentication. The page of an attacker, whose name resolves to this machine, counts as a page of
 * this server then, so no name but `localhost` is accepted.
 * @throws {Problem}
 */
export function refuseForeignPages({ headers: { host, origin } }: FastifyRequest, isOpen: boolean): void {
  if (origin !== undefined && !isSameHost(origin, host))
    throw new Problem(403, "TIDECAST_FORBIDDEN_ORIGIN", {
      detail: `the page of ${quote(origin)} may not use the server at ${quote(host ?? "")}; only pages of the same host and port may`,
    });
  if (isOpen && host !== undefined && !isLocal(host))
    throw new Problem(403, "TIDECAST_FORBIDDEN_ORIGIN", {
      detail: `a server without a token is addressed by an IP address or as localhost, not as ${quote(host)}; use one of these, or set http.tokenFile`,
    });
}

/** Whether the page of an origin comes from this host and port. The scheme may differ: a proxy may have ended TLS. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !HOST.test(host)) return false;
  // An opaque origin is "null".
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // With the scheme of the page, because it decides which port need not be written.
  const own = `${page.protocol}//${host}`;
  return page.host !== "" && URL.canParse(own) && new URL(own).host === page.host;
}

/** Whether no name server decides what this host is. */
function isLocal(host: string): boolean {
  const [, address, name = ""] = HOST.exec(host) ?? [];
  if (address !== undefined) return isIP(address) === 6;
  return isIP(name) === 4 || name.toLowerCase() === "localhost";
}
