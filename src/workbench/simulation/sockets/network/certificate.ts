import type { TlsCredentials } from "../../../../adapters/tcp/certificates.js";
import { InvalidOptions } from "../../../../application/options/invalid-options.js";
import type { MemberId } from "../../../../domain/ports/transport.js";

/** The content of a simulated certificate. */
export interface Certificate {
  readonly authority: string;
  readonly member: MemberId;
}

/** A certificate, and the problem with its authority; `undefined` if that is trusted. */
export interface JudgedCertificate extends Certificate {
  readonly problem: string | undefined;
}

/** Credentials of a member, which trust the authority that signs them. They look like PEM to no one, and nothing reads them as such. */
export function simulatedCredentials(authority: string, member: MemberId): TlsCredentials {
  return { key: "simulated", cert: JSON.stringify({ authority, member }), ca: authority };
}

/** Judges a certificate that came over a connection. */
export function judge(text: string, { ca }: TlsCredentials): JudgedCertificate {
  const { authority, member } = JSON.parse(text) as Certificate;
  return { authority, member, problem: authority === ca ? undefined : "its certificate is invalid: unknown authority" };
}

/** The problem with the use of the id `id` by the owner of a certificate; `undefined` if there is none. */
export function problemWith({ problem, member }: JudgedCertificate, id: MemberId): string | undefined {
  return problem ?? (member === id ? undefined : `its certificate does not name ${id}, but ${member}`);
}

/** @throws {InvalidOptions} if the credentials name another member */
export function checkSimulatedCredentials({ cert }: TlsCredentials, id: MemberId): undefined {
  const { member } = JSON.parse(String(cert)) as Certificate;
  if (member !== id) throw new InvalidOptions(`tls.cert does not belong to this node: it names ${member}, not ${id}`);
  return undefined;
}
