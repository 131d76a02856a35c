import { X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Log } from "../domain/ports/log.js";
import { certificateExpiring, certificateRenewed, certificateUnreadable, certificateUnusable } from "./log-events.js";
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
  /** Whether that user warns before it expires. Default: false. */
  readonly warnsItself?: boolean;
}

/** Passes on certificates whose files have changed, and warns before one expires. */
export class CertificateWatch {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly certificates: readonly WatchedCertificate[],
    private readonly log: Log,
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
    const { name: setting, files, renew } = certificate;
    try {
      renew(readCertificate(files));
      this.log.event(certificateRenewed({ setting, expires: expiryOf(files.cert) }));
    } catch (error) {
      // The files change one after another, so a key may not fit for a moment.
      this.log.event(certificateUnusable({ setting, reason: (error as Error).message }));
    }
    this.warn();
  }

  private warn(): void {
    for (const { name: setting, files, warnsItself = false } of this.certificates) {
      try {
        const expires = expiryOf(files.cert);
        const left = expires - this.now();
        const days = Math.floor(left / 86_400_000);
        if (!warnsItself && left < WARNING_TIME)
          this.log.event(certificateExpiring({ setting, expires, days, path: files.cert }));
      } catch (error) {
        this.log.event(certificateUnreadable({ setting, reason: (error as Error).message }));
      }
    }
  }
}

/** @throws {Error} if a file cannot be read */
function readCertificate({ key, cert, ca }: TlsFiles): TlsContents {
  return { key: readFileSync(key), cert: readFileSync(cert), ...(ca !== undefined && { ca: readFileSync(ca) }) };
}

/** In ms since 1970. @throws {Error} if the file is no certificate */
function expiryOf(path: string): number {
  return Date.parse(new X509Certificate(readFileSync(path)).validTo);
}

function pathsOf({ files: { key, cert, ca } }: WatchedCertificate): string[] {
  return [key, cert, ...(ca === undefined ? [] : [ca])];
}
