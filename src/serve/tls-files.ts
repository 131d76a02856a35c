import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { certificatesIn } from "../adapters/tcp/authorities.js";
import { InvalidOptions } from "../application/options/invalid-options.js";
import type { TlsFiles } from "./settings/schema.js";

/** The contents of the files, as PEM. */
export interface TlsContents {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly ca?: Buffer;
}

/** @throws {Error} if a file cannot be read */
export function readTlsFiles(files: TlsFiles): TlsContents {
  return contentsOf(files, (_, path) => readFileSync(path));
}

/**
 * Reads the files that a server starts with.
 * @param setting such as `http.tls`
 * @throws {InvalidOptions} with the setting if a file cannot be read, is not PEM, or if the key does not belong to the certificate
 */
export function loadTlsFiles(setting: string, files: TlsFiles): TlsContents {
  const contents = contentsOf(files, (name, path) =>
    attempt(`${setting}.${name} cannot be read`, () => readFileSync(path)),
  );
  checkTls(setting, contents);
  return contents;
}

function contentsOf({ key, cert, ca }: TlsFiles, read: (name: keyof TlsFiles, path: string) => Buffer): TlsContents {
  return { key: read("key", key), cert: read("cert", cert), ...(ca !== undefined && { ca: read("ca", ca) }) };
}

/** @throws {InvalidOptions} with the setting if a file is not PEM, or if the key does not belong to the certificate */
export function checkTls(setting: string, { key, cert, ca }: TlsContents): void {
  const certificate = attempt(`${setting}.cert is not a certificate as PEM`, () => new X509Certificate(cert));
  const secret = attempt(`${setting}.key is not a private key as PEM`, () => createPrivateKey(key));
  // OpenSSL would ignore a wrong one, and the clients of that authority would have no valid certificate.
  if (ca !== undefined) attempt(`${setting}.ca is not a certificate as PEM`, () => certificatesIn(ca));
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
