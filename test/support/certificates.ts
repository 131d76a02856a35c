import { randomUUID } from "node:crypto";
import { generate } from "selfsigned";
import type { TlsCredentials } from "../../src/adapters/tcp/certificates.js";

/** An authority that signs certificates. */
export interface Authority {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWishes {
  /** Entries of the subjectAltName. Default: the URI `tidecast:<id>`. */
  readonly names?: readonly ({ readonly uri: string } | { readonly dns: string })[];
  /** When it is valid. Default: now. */
  readonly valid?: Validity;
}

/** A span of one day; of two days with the present in their middle, for clocks that are apart; or of ten years. */
type Validity = "in the past" | "in the future" | "around now" | "for years";

/** First and last day of a span, from now. */
const SPANS = {
  "in the past": [-2, -1],
  "in the future": [1, 2],
  "around now": [-1, 1],
  "for years": [-1, 3652],
} as const;

const DAY = 24 * 3600 * 1000;

/** A new authority, unknown to all others unless it has the name of one. */
export async function createAuthority({
  valid,
  name = `test authority ${randomUUID()}`,
}: Pick<CertificateWishes, "valid"> & { readonly name?: string } = {}): Promise<Authority> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    ...(valid && validity(valid)),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

function validity(valid: Validity) {
  const [begin, end] = SPANS[valid];
  return { notBeforeDate: new Date(Date.now() + begin * DAY), notAfterDate: new Date(Date.now() + end * DAY) };
}

/** A certificate for a member, with everything needed to recognise others of the same authority. */
export async function issue(ca: Authority, id: string, wishes: CertificateWishes = {}): Promise<TlsCredentials> {
  const { names = [{ uri: `tidecast:${id}` }], valid } = wishes;
  const { private: key, cert } = await generate([{ name: "commonName", value: id }], {
    keyType: "ec",
    algorithm: "sha256",
    ca,
    ...(valid && validity(valid)),
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
