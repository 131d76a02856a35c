import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { InvalidOptions } from "../application/options/invalid-options.js";
import type { TlsFiles } from "./settings/schema.js";

/** The contents of the files, as PEM. */
export interface TlsContents {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly ca?: Buffer;
}

/** @throws {Error} if a file cannot be read */
export function readTlsFiles({ key, cert, ca }: TlsFiles): TlsContents {
  return { key: readFileSync(key), cert: readFileSync(cert), ...(ca !== undefined && { ca: readFileSync(ca) }) };
}

/**
 * Reads the files that a server starts with.
 * @param setting such as `http.tls`
 * @throws {InvalidOptions} with the setting if a file cannot be read, is not PEM, or if the key does not belong to the certificate
 */
export function loadTlsFiles(setting: string, { key, cert, ca }: TlsFiles): TlsContents {
  const read = (name: string, path: string) => attempt(`${setting}.${name} cannot be read`, () => readFileSync(path));
  const contents = {
    key: read("key", key),
    cert: read("cert", cert),
    ...(ca !== undefined && { ca: read("ca", ca) }),
  };
  checkTls(setting, contents);
  return contents;
}

/** @throws {InvalidOptions} with the setting if a file is not PEM, or if the key does not belong to the certificate */
export function checkTls(setting: string, { key, cert, ca }: TlsContents): void {
  const certificate = attempt(`${setting}.cert is not a certificate as PEM`, () => new X509Certificate(cert));
  const secret = attempt(`${setting}.key is not a private key as PEM`, () => createPrivateKey(key));
  // OpenSSL would ignore a wrong one, and then no client would have a valid certificate.
  if (ca !== undefined) attempt(`${setting}.ca is not a certificate as PEM`, () => new X509Certificate(ca));
  if (!certificate.checkPrivateKey(secret))
    throw new InvalidOptions(`${setting}.key does not belong to ${setting}.cert; give the key of that certificate`);
  // OpenSSL has further requirements, such as the length of keys.
  attempt(`${setting} is not usable`, () => createSecureContext({ key, cert, ...(ca !== undefined && { ca }) }));
}

/** Whether the contents are usable: new files may not all be written yet. */
export function isComplete(contents: TlsContents): boolean {
  try {
    checkTls("", contents);
    return true;
  } catch {
    return false;
  }
}

/** @throws {InvalidOptions} that begins with the problem, if the action fails */
function attempt<Result>(problem: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw new InvalidOptions(`${problem}: ${(cause as Error).message}`, { cause });
  }
}
