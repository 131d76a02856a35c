import { X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { TlsFiles } from "./settings/schema.js";

/** Pause between two looks at the files, in ms. Polling also notices the links that Kubernetes exchanges when a secret changes. */
const FILE_CHECK = 2_000;
/** Pause between two looks at the dates, in ms. */
const DATE_CHECK = 12 * 3_600_000;
/** Time before the expiry of a certificate at which the warnings begin, in ms. */
const WARNING_TIME = 14 * 24 * 3_600_000;

/** The contents of the files, as PEM. */
export interface TlsContents {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly ca?: Buffer;
}

/** Certificates in files, each with the user that gets them anew. */
export interface WatchedCertificate {
  /** The setting, such as `http.tls`. */
  readonly name: string;
  readonly files: TlsFiles;
  /** @throws {Error} if they are not usable; the old ones stay in use then */
  readonly renew: (contents: TlsContents) => void;
}

/** Passes on certificates whose files have changed, and warns before one expires. */
export class CertificateWatch {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly certificates: readonly WatchedCertificate[],
    private readonly log: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {
    for (const certificate of certificates)
      for (const path of pathsOf(certificate))
        watchFile(path, { interval: FILE_CHECK, persistent: false }, () => this.renew(certificate));
    this.warn();
    this.timer = setInterval(() => this.warn(), DATE_CHECK);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    for (const path of this.certificates.flatMap(pathsOf)) unwatchFile(path);
  }

  private renew(certificate: WatchedCertificate): void {
    const { name, files, renew } = certificate;
    try {
      renew(readCertificate(files));
      this.log(`renewed the certificate of ${name}; it expires on ${expiryOf(files.cert).toISOString()}`);
    } catch (error) {
      // The files change one after another, so a key may not fit for a moment.
      this.log(`the certificate of ${name} stays as it was: ${(error as Error).message}`);
    }
    this.warn();
  }

  private warn(): void {
    for (const { name, files } of this.certificates) {
      try {
        const expiry = expiryOf(files.cert);
        const days = Math.floor((expiry.getTime() - this.now()) / 86_400_000);
        if (expiry.getTime() - this.now() < WARNING_TIME)
          this.log(
            `the certificate of ${name} expires on ${expiry.toISOString()}, in ${days} days; renew ${files.cert}`,
          );
      } catch (error) {
        this.log(`the certificate of ${name} cannot be read: ${(error as Error).message}`);
      }
    }
  }
}

/** @throws {Error} if a file cannot be read */
function readCertificate({ key, cert, ca }: TlsFiles): TlsContents {
  return { key: readFileSync(key), cert: readFileSync(cert), ...(ca !== undefined && { ca: readFileSync(ca) }) };
}

function expiryOf(path: string): Date {
  return new Date(new X509Certificate(readFileSync(path)).validTo);
}

function pathsOf({ files: { key, cert, ca } }: WatchedCertificate): string[] {
  return [key, cert, ...(ca === undefined ? [] : [ca])];
}
