import { X509Certificate } from "node:crypto";

/** All certificates in a file: while an authority is replaced, the old and the new one. */
export function certificatesIn(text: string | Buffer): X509Certificate[] {
  const found = String(text).match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs);
  return (found ?? [text]).map((each) => new X509Certificate(each));
}

/** When the last of them expires, in ms since 1970. `-Infinity` if there are none. */
export function lastExpiry(authorities: readonly X509Certificate[]): number {
  return Math.max(...authorities.map(({ validTo }) => Date.parse(validTo)));
}
