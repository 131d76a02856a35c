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
import { oneOrMore } from "../../application/options/fields.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { Address } from "./address.js";
import { certificatesIn, lastExpiry } from "./authorities.js";

/** A node's certificate with its key, and the authority that it trusts; as PEM. */
export interface TlsCredentials {
  readonly key: string | Buffer;
  /** Names the node: its subjectAltName has the URI `tidecast:<id>` (percent-encoded where needed), or the DNS name `<id>`. */
  readonly cert: string | Buffer;
  /** Authority that signed the certificates of all members; preferably one that signs nothing else. */
  readonly ca: string | Buffer | readonly (string | Buffer)[];
  /** Passphrase of the key, if it is encrypted. */
  readonly passphrase?: string;
}

/** The first expiry among a node's certificate and the authorities that signed it. */
export interface FirstExpiry {
  /** In ms since 1970. */
  readonly expires: number;
  /** The option: the certificate itself, or the authority that signed it. */
  readonly setting: "tls.cert" | "tls.ca";
}

const pem = v.custom<string | Buffer>(
  (value) => (typeof value === "string" || value instanceof Uint8Array) && value.length > 0,
  "PEM, as a string or a Buffer",
);

/** Schema of the option `tls`. */
export const tlsSchema = v.strictObject(
  {
    key: pem,
    cert: pem,
    ca: oneOrMore(pem, "PEM, as a string or a Buffer, or a non-empty list of them"),
    passphrase: v.optional(v.string("a string")),
  },
  "{ key, cert, ca }",
);

/** An entry of a subjectAltName as Node writes it; an entry with a comma or a quote is quoted. */
const ALTERNATIVE_NAME = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g;
/** A DNS name that needs no quotes. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Whether a certificate names the member. Its common name does not count, and neither does a wildcard. */
function namesMember({ subjectAltName }: X509Certificate, id: MemberId): boolean {
  const names = (subjectAltName?.match(ALTERNATIVE_NAME) ?? []).map((name) => name.trim());
  return (
    names.includes(`URI:tidecast:${encodeURIComponent(id)}`) || (PLAIN_NAME.test(id) && names.includes(`DNS:${id}`))
  );
}

/** The problem with a certificate for the member `id`; `undefined` if it is valid. */
function problemOf(certificate: X509Certificate, id: MemberId): string | undefined {
  if (namesMember(certificate, id)) return undefined;
  return `its certificate does not name ${id}: its subjectAltName is ${certificate.subjectAltName ?? "absent"}`;
}

/** The problem with the certificate of a peer that uses the id `id`; `undefined` if it is valid. */
export function problemOfPeer(socket: TLSSocket, id: MemberId): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "it has no certificate";
  if (!socket.authorized) return `its certificate is invalid: ${String(socket.authorizationError)}`;
  return problemOf(certificate, id);
}

/**
 * @param now the time of day
 * @returns what expires first; authorities that did not sign this certificate do not count
 * @throws {InvalidOptions} if the credentials are unreadable or do not belong together, or if the others would refuse this
 * certificate; the message names the problem and the remedy
 */
export function checkOwnCredentials(credentials: TlsCredentials, id: MemberId, now: Date): FirstExpiry {
  const { key, cert, ca, passphrase } = credentials;
  const refuse = (problem: string): never => {
    throw new InvalidOptions(problem);
  };
  const certificate = readable("cert", () => new X509Certificate(cert));
  const secret = readable("key", () => createPrivateKey({ key, passphrase }));
  const authorities = readable("ca", () => authoritiesOf(ca).flatMap(certificatesIn));
  if (!certificate.checkPrivateKey(secret))
    refuse("tls.key does not belong to tls.cert; give the key of that certificate");
  const problem = problemOf(certificate, id);
  const wish = `issue one whose subjectAltName has URI:tidecast:${encodeURIComponent(id)}`;
  if (problem !== undefined) refuse(`tls.cert does not belong to this node: ${problem}; ${wish}`);
  const expiry = problemWithDates("tls.cert", certificate, now);
  if (expiry !== undefined) refuse(`${expiry}; ${wish} and is valid today`);
  const invalid = authorities.map((authority) => problemWithDates("tls.ca", authority, now));
  if (invalid.every((each) => each !== undefined))
    refuse(`${invalid[0]}; issue a new one, and new certificates for all members`);
  // OpenSSL has further requirements, such as the length of keys.
  try {
    createSecureContext(contextOf(credentials));
  } catch (cause) {
    throw new InvalidOptions(`tls is not usable: ${(cause as Error).message}`, { cause });
  }
  return firstExpiry(certificate, authorities);
}

function firstExpiry(certificate: X509Certificate, authorities: readonly X509Certificate[]): FirstExpiry {
  const own = Date.parse(certificate.validTo);
  const issuers = authorities.filter((authority) => certificate.checkIssued(authority));
  const latest = lastExpiry(issuers);
  return issuers.length > 0 && latest < own
    ? { expires: latest, setting: "tls.ca" }
    : { expires: own, setting: "tls.cert" };
}

/** The problem with the validity period of a certificate; `undefined` if it is valid now. */
function problemWithDates(name: string, { validFrom, validTo }: X509Certificate, now: Date): string | undefined {
  if (now < new Date(validFrom)) return `${name} is not valid before ${validFrom} (check this machine's clock)`;
  return now > new Date(validTo) ? `${name} expired on ${validTo}` : undefined;
}

/**
 * Opens a connection to a member; emits `secureConnect` once both certificates are accepted, or an error.
 * @param peer the member; if absent, `problemOfPeer` judges who it is
 */
export function connectSecurely(address: Address, peer: MemberId | undefined, credentials: TlsCredentials): TLSSocket {
  return connect({
    ...address,
    ...contextOf(credentials),
    rejectUnauthorized: true,
    checkServerIdentity: (_, { raw }) => {
      const problem = peer === undefined ? undefined : problemOf(new X509Certificate(raw), peer);
      return problem === undefined ? undefined : new Error(problem);
    },
  });
}

/**
 * Secures the sockets passed to it as `connection`, and emits `secureConnection` also for peers without a valid certificate:
 * `problemOfPeer` judges them, so that both logs can name the reason.
 */
export function secureServer(credentials: TlsCredentials): Server {
  return createServer({ ...contextOf(credentials), requestCert: true, rejectUnauthorized: false });
}

/** New connections of the server get this certificate from now on; present ones keep theirs. */
export function renewServer(server: Server, credentials: TlsCredentials): void {
  server.setSecureContext(contextOf(credentials));
}

/** @throws {InvalidOptions} with the name of the option, which OpenSSL's error and Node's lack */
function readable<Content>(option: string, read: () => Content): Content {
  try {
    return read();
  } catch (cause) {
    throw new InvalidOptions(`tls.${option} is not readable; PEM is expected: ${(cause as Error).message}`, { cause });
  }
}

const authoritiesOf = (ca: TlsCredentials["ca"]) => (Array.isArray(ca) ? [...ca] : [ca as string | Buffer]);

function contextOf({ key, cert, ca, passphrase }: TlsCredentials): SecureContextOptions {
  return { key, cert, ca: authoritiesOf(ca), minVersion: "TLSv1.3", passphrase };
}
