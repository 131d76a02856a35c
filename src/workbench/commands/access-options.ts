import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { ServerAccess } from "../server-cluster/server-client.js";
import { UsageError } from "./exit-codes.js";

/** Files with which servers are accessed. */
export interface AccessOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/** Variable with the token of the servers; an option would show it to other users of the machine. */
export const TOKEN_VARIABLE = "TIDECAST_TOKEN";

/** Adds the options for certificates. */
export function addAccessOptions(command: Command): Command {
  return command
    .option("--cert <file>", "client certificate for servers with mTLS (http.tls.ca), as PEM; needs --key")
    .option("--key <file>", "private key of the client certificate, as PEM")
    .option("--ca <file>", "certificate of the authority that signed the servers' certificates, as PEM");
}

/**
 * Reads the files and the token.
 * @throws {UsageError} if a file is missing, unreadable or invalid, or has no effect
 */
export function accessOf(options: AccessOptions, urls: readonly string[]): ServerAccess {
  const token = process.env[TOKEN_VARIABLE];
  const given = givenOption(options);
  if (given === undefined) return { token };
  const { cert, key, ca } = options;
  const plain = urls.find((url) => !url.startsWith("https:"));
  if (plain !== undefined) throw new UsageError(`--${given} has no effect on ${plain}; write an address with https://`);
  if (cert !== undefined && key === undefined) throw new UsageError("--cert needs the private key: give --key as well");
  if (key !== undefined && cert === undefined) throw new UsageError("--key needs the certificate: give --cert as well");
  const tls = {
    ...(cert !== undefined && key !== undefined && clientCertificate(cert, key)),
    ...(ca !== undefined && { ca: certificateIn("--ca", ca).text }),
  };
  return { token, tls };
}

/** The name of the first option that was given; `undefined` if none was. */
export function givenOption({ cert, key, ca }: AccessOptions): string | undefined {
  return Object.entries({ cert, key, ca }).find(([, file]) => file !== undefined)?.[0];
}

function clientCertificate(certFile: string, keyFile: string): { cert: string; key: string } {
  const { text: cert, certificate } = certificateIn("--cert", certFile);
  const key = read("--key", keyFile);
  if (!certificate.checkPrivateKey(privateKeyIn(keyFile, key)))
    throw new UsageError(`--key: ${keyFile} does not belong to the certificate in ${certFile}`);
  return { cert, key };
}

function certificateIn(option: string, file: string): { readonly text: string; readonly certificate: X509Certificate } {
  const text = read(option, file);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
  } catch {
    throw new UsageError(`${option}: ${file} has no certificate in PEM format (-----BEGIN CERTIFICATE-----)`);
  }
  if (Date.parse(certificate.validTo) < Date.now())
    throw new UsageError(`${option}: the certificate in ${file} expired on ${certificate.validTo}; renew it`);
  return { text, certificate };
}

function privateKeyIn(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new UsageError(
      `--key: ${file} has no private key in PEM format (-----BEGIN PRIVATE KEY-----), or it is encrypted; decrypt it first`,
    );
  }
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option}: ${code === "ENOENT" ? `there is no file ${file}` : message}`);
  }
}
