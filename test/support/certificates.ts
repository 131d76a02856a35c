import { randomUUID } from "node:crypto";
import { generate } from "selfsigned";
import type { TlsCredentials } from "../../src/adapters/tcp/certificates.js";

/** Who signs certificates. */
export interface Authority {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWishes {
  /** Entries of the subjectAltName. Default: the URI `tidecast:<id>`. */
  readonly names?: readonly ({ readonly uri: string } | { readonly dns: string })[];
  readonly expired?: boolean;
}

const DAY = 24 * 3600 * 1000;

/** A new authority, which nobody else knows. */
export async function createAuthority(): Promise<Authority> {
  const name = `test authority ${randomUUID()}`;
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** A certificate for a member, and what it needs to know others of the same authority. */
export async function issue(ca: Authority, id: string, wishes: CertificateWishes = {}): Promise<TlsCredentials> {
  const { names = [{ uri: `tidecast:${id}` }], expired = false } = wishes;
  const { private: key, cert } = await generate([{ name: "commonName", value: id }], {
    keyType: "ec",
    algorithm: "sha256",
    ca,
    ...(expired && { notBeforeDate: new Date(Date.now() - 2 * DAY), notAfterDate: new Date(Date.now() - DAY) }),
    extensions: [
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => ("uri" in name ? { type: 6, value: name.uri } : { type: 2, value: name.dns })),
      },
    ],
  });
  return { key, cert, ca: ca.cert };
}
