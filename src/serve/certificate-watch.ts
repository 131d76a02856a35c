import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { DATE_CHECK, ExpiryWatch } from "../adapters/tcp/expiry-watch.js";
import type { CancelTask, Clock } from "../domain/ports/clock.js";
import type { Log } from "../domain/ports/log.js";
import { certificateExpiring, certificateRenewed, certificateUnreadable, certificateUnusable } from "./log-events.js";
import type { TlsFiles } from "./settings/schema.js";

/** Pause between two looks at the files, in ms. Polling also notices the links that Kubernetes exchanges when a secret changes. */
const FILE_CHECK = 2_000;
/** Time without a change after which new files are read, in ms: they are written one after another. */
const SETTLING_TIME = 1_000;
/** Number of settling times that a key without its certificate, or the reverse, gets to become complete. */
const PATIENCE = 5;

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

/** Calls `listener` whenever the file may have changed. @returns a function that ends this */
type FollowFile = (path: string, listener: () => void) => () => void;

interface CertificateWatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly follow?: FollowFile;
  /** In ms since 1970. */
  readonly timeOfDay?: () => number;
}

/** Passes on certificates whose files have changed, and warns before one expires. */
export class CertificateWatch {
  private readonly ends: (() => void)[] = [];

  constructor(certificates: readonly WatchedCertificate[], deps: CertificateWatchDeps) {
    const { clock, follow = pollFile } = deps;
    for (const certificate of certificates) {
      const renewal = new Renewal(certificate, deps);
      this.ends.push(() => renewal.close());
      for (const path of pathsOf(certificate.files)) this.ends.push(follow(path, () => renewal.filesChanged()));
      let cancel: CancelTask = () => {};
      const checkLater = () => {
        cancel = clock.schedule(DATE_CHECK, () => {
          renewal.checkFiles();
          checkLater();
        });
      };
      checkLater();
      this.ends.push(() => cancel());
    }
  }

  close(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

/** Follows the files of one certificate. Every content of the files is tried once, and logged once. */
class Renewal {
  private readonly expiry: ExpiryWatch;
  /** The last content that was in use or refused, or why it could not be read. */
  private tried: string | undefined;
  private cancel: CancelTask = () => {};

  constructor(
    private readonly certificate: WatchedCertificate,
    private readonly deps: CertificateWatchDeps,
  ) {
    const { name: setting, files } = certificate;
    this.expiry = new ExpiryWatch(
      {
        clock: deps.clock,
        warn: (expiry) => deps.log.event(certificateExpiring({ setting, ...expiry, path: files.cert })),
      },
      deps.timeOfDay,
    );
    const contents = this.checkFiles();
    if (contents === undefined) return;
    this.tried = digestOf(contents);
    this.watchExpiry(contents);
  }

  /** Some files have changed; others may follow. */
  filesChanged(): void {
    this.renewLater(PATIENCE);
  }

  /** Logs files that cannot be read. @returns their contents otherwise */
  checkFiles(): TlsContents | undefined {
    const { name: setting, files } = this.certificate;
    try {
      const contents = readCertificate(files);
      expiryOf(contents);
      return contents;
    } catch (error) {
      this.deps.log.event(certificateUnreadable({ setting, reason: (error as Error).message }));
      return undefined;
    }
  }

  close(): void {
    this.cancel();
    this.expiry.close();
  }

  private renewLater(patience: number): void {
    this.cancel();
    this.cancel = this.deps.clock.schedule(SETTLING_TIME, () => this.renew(patience - 1));
  }

  private renew(patience: number): void {
    const { name: setting, files, renew } = this.certificate;
    const refused = (reason: string) => this.deps.log.event(certificateUnusable({ setting, reason }));
    const contents = attempt(() => readCertificate(files));
    const content = contents instanceof Error ? contents.message : digestOf(contents);
    if (content === this.tried) return;
    if (patience > 0 && (contents instanceof Error || !isComplete(contents))) {
      this.renewLater(patience);
      return;
    }
    this.tried = content;
    if (contents instanceof Error) {
      refused(contents.message);
      return;
    }
    try {
      // OpenSSL would name neither file.
      if (!isComplete(contents))
        throw new Error("its key does not belong to its certificate, or one of them is not PEM");
      renew(contents);
      this.deps.log.event(certificateRenewed({ setting, expires: expiryOf(contents) }));
      this.watchExpiry(contents);
    } catch (error) {
      refused((error as Error).message);
    }
  }

  private watchExpiry(contents: TlsContents): void {
    if (this.certificate.warnsItself !== true) this.expiry.watch(expiryOf(contents));
  }
}

const pollFile: FollowFile = (path, listener) => {
  watchFile(path, { interval: FILE_CHECK, persistent: false }, listener);
  return () => unwatchFile(path, listener);
};

/** @throws {Error} if a file cannot be read */
function readCertificate({ key, cert, ca }: TlsFiles): TlsContents {
  return { key: readFileSync(key), cert: readFileSync(cert), ...(ca !== undefined && { ca: readFileSync(ca) }) };
}

/** Whether the key belongs to the certificate. */
function isComplete({ key, cert }: TlsContents): boolean {
  return attempt(() => new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) === true;
}

/** In ms since 1970. @throws {Error} if the file is no certificate */
function expiryOf({ cert }: TlsContents): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

function digestOf({ key, cert, ca }: TlsContents): string {
  const hash = createHash("sha256");
  for (const content of [key, cert, ca ?? Buffer.of()]) hash.update(`${content.length} `).update(content);
  return hash.digest("base64");
}

function attempt<Result>(action: () => Result): Result | Error {
  try {
    return action();
  } catch (error) {
    return error as Error;
  }
}

function pathsOf({ key, cert, ca }: TlsFiles): string[] {
  return [key, cert, ...(ca === undefined ? [] : [ca])];
}
