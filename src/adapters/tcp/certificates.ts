import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  connect,
  createSecureContext,
  createServer,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from "node:tls";
import * as v from "valibot";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { Address } from "./address.js";

/** A node's own certificate, and the authority whose certificates it believes; as PEM. */
export interface TlsCredentials {
  readonly key: string | Buffer;
  /** Names the node: its subjectAltName has the URI `tidecast:<id>` (percent-encoded where needed), or the DNS name `<id>`. */
  readonly cert: string | Buffer;
  /** Signed the certificates of all members; best an authority that signs nothing else. */
  readonly ca: string | Buffer | readonly (string | Buffer)[];
  /** Of the key, if it is encrypted. */
  readonly passphrase?: string;
}

const pem = v.custom<string | Buffer>(
  (value) => (typeof value === "string" || value instanceof Uint8Array) && value.length > 0,
  "PEM, as a text or a Buffer",
);

/** The option `tls`, as it may be given. */
export const tlsSchema = v.strictObject({
  key: pem,
  cert: pem,
  ca: v.union(
    [pem, v.pipe(v.array(pem), v.minLength(1))],
    "PEM, as a text or a Buffer, or a list of at least one of them",
  ),
  passphrase: v.optional(v.string("a text")),
});

/** An entry of a subjectAltName as Node writes it; what has a comma or a quote in it stands in quotes. */
const ALTERNATIVE_NAME = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g;
/** What can be a DNS name, and needs no quotes. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Whether a certificate names the member. Its common name does not count, and neither does a wildcard. */
function namesMember({ subjectAltName }: X509Certificate, id: MemberId): boolean {
  const names = (subjectAltName?.match(ALTERNATIVE_NAME) ?? []).map((name) => name.trim());
  return (
    names.includes(`URI:tidecast:${encodeURIComponent(id)}`) || (PLAIN_NAME.test(id) && names.includes(`DNS:${id}`))
  );
}

/** What is wrong with a certificate for the member `id`; `undefined` if nothing is. */
function problemOf(certificate: X509Certificate, id: MemberId): string | undefined {
  if (namesMember(certificate, id)) return undefined;
  return `its certificate does not name ${id}: its subjectAltName is ${certificate.subjectAltName ?? "absent"}`;
}

/** What is wrong with a peer that says it is `id`, judged by its certificate; `undefined` if nothing is. */
export function problemOfPeer(socket: TLSSocket, id: MemberId): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "it shows no certificate";
  if (!socket.authorized) return `its certificate is not good: ${String(socket.authorizationError)}`;
  return problemOf(certificate, id);
}

/**
 * @param now the time of day
 * @throws {InvalidOptions} if the credentials cannot be read or do not belong together, or the others would refuse this
 * certificate; says which, why and what to do
 */
export function checkOwnCredentials(credentials: TlsCredentials, id: MemberId, now: Date): void {
  const { key, cert, ca, passphrase } = credentials;
  const refuse = (problem: string): never => {
    throw new InvalidOptions(problem);
  };
  const certificate = readable("cert", () => new X509Certificate(cert));
  const secret = readable("key", () => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }));
  const authorities = readable("ca", () => authoritiesOf(ca).map((authority) => new X509Certificate(authority)));
  if (!certificate.checkPrivateKey(secret)) refuse("tls.key is not the key of tls.cert");
  const problem = problemOf(certificate, id);
  const wish = `issue one whose subjectAltName has URI:tidecast:${encodeURIComponent(id)}`;
  if (problem !== undefined) refuse(`tls.cert is not for this node: ${problem}; ${wish}`);
  const expiry = problemWithDates("tls.cert", certificate, now);
  if (expiry !== undefined) refuse(`${expiry}; ${wish} and is valid today`);
  const invalid = authorities.map((authority) => problemWithDates("tls.ca", authority, now));
  if (invalid.every((each) => each !== undefined))
    refuse(`${invalid[0]}; issue a new one, and new certificates for all members`);
  // OpenSSL has demands of its own, such as on the length of keys.
  try {
    createSecureContext(contextOf(credentials));
  } catch (cause) {
    throw new InvalidOptions(`tls cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/** What is wrong with the time of a certificate; `undefined` if it is valid now. */
function problemWithDates(name: string, { validFrom, validTo }: X509Certificate, now: Date): string | undefined {
  if (now < new Date(validFrom))
    return `${name} is not valid yet, but from ${validFrom} on (is this machine's clock right?)`;
  return now > new Date(validTo) ? `${name} has expired, on ${validTo}` : undefined;
}

/** Opens a connection to a member; emits `secureConnect` once both certificates were found good, or an error. */
export function connectSecurely(address: Address, peer: MemberId, credentials: TlsCredentials): TLSSocket {
  return connect({
    ...address,
    ...contextOf(credentials),
    rejectUnauthorized: true,
    checkServerIdentity: (_, { raw }) => {
      const problem = problemOf(new X509Certificate(raw), peer);
      return problem === undefined ? undefined : new Error(problem);
    },
  });
}

/**
 * Makes sockets secure that are given to it as `connection`, and emits `secureConnection` for those that can show a
 * certificate or none: what it is worth `problemOfPeer` has to tell, so that it can be told to both operators.
 */
export function secureServer(credentials: TlsCredentials): Server {
  return createServer({ ...contextOf(credentials), requestCert: true, rejectUnauthorized: false });
}

/** @throws {InvalidOptions} that names the option, where OpenSSL's error or Node's does not */
function readable<Content>(option: string, read: () => Content): Content {
  try {
    return read();
  } catch (cause) {
    throw new InvalidOptions(`tls.${option} cannot be read, PEM is expected: ${(cause as Error).message}`, { cause });
  }
}

const authoritiesOf = (ca: TlsCredentials["ca"]) => (Array.isArray(ca) ? [...ca] : [ca as string | Buffer]);

function contextOf({ key, cert, ca, passphrase }: TlsCredentials): SecureContextOptions {
  return { key, cert, ca: authoritiesOf(ca), minVersion: "TLSv1.3", ...(passphrase !== undefined && { passphrase }) };
}
