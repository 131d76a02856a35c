import { createHash, X509Certificate } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import { certificatesIn, lastExpiry } from "../adapters/tcp/authorities.js";
import { DATE_CHECK, ExpiryWatch } from "../adapters/tcp/expiry-watch.js";
import type { CancelTask, Clock } from "../domain/ports/clock.js";
import type { Log } from "../domain/ports/log.js";
import { certificateExpiring, certificateRenewed, certificateUnreadable, certificateUnusable } from "./log-events.js";
import type { TlsFiles } from "./settings/schema.js";
import { checkTls, isComplete, readTlsFiles, type TlsContents } from "./tls-files.js";

/** Pause between two looks at the files, in ms. Polling also notices the links that Kubernetes exchanges when a secret changes. */
const FILE_CHECK = 2_000;
/** Time without a change after which new files are read, in ms: they are written one after another. */
const SETTLING_TIME = 1_000;
/** Number of settling times that a key without its certificate, or the reverse, gets to become complete. */
const PATIENCE = 5;

/** Certificates in files, each with the user that gets them anew. */
export interface WatchedCertificate {
  /** The setting, such as `http.tls`. */
  readonly name: string;
  readonly files: TlsFiles;
  /** The contents with which the user started. The files may have changed since. */
  readonly inUse: TlsContents;
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
  private readonly authorityExpiry: ExpiryWatch;
  /** The last content that was in use or refused, or why it could not be read. */
  private tried: string;
  private cancel: CancelTask = () => {};

  constructor(
    private readonly certificate: WatchedCertificate,
    private readonly deps: CertificateWatchDeps,
  ) {
    const { name, files, inUse } = certificate;
    const warnOf = (setting: string, path: string) =>
      new ExpiryWatch(
        { clock: deps.clock, warn: (expiry) => deps.log.event(certificateExpiring({ setting, ...expiry, path })) },
        deps.timeOfDay,
      );
    this.expiry = warnOf(name, files.cert);
    this.authorityExpiry = warnOf(`${name}.ca`, files.ca ?? "");
    this.tried = digestOf(inUse);
    this.watchExpiry(inUse);
    const contents = this.checkFiles();
    if (contents !== undefined && digestOf(contents) !== this.tried) this.filesChanged();
  }

  /** Some files have changed; others may follow. */
  filesChanged(): void {
    this.renewLater(PATIENCE);
  }

  /** Logs files that cannot be read. @returns their contents otherwise */
  checkFiles(): TlsContents | undefined {
    const { name: setting, files } = this.certificate;
    try {
      const contents = readTlsFiles(files);
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
    this.authorityExpiry.close();
  }

  private renewLater(patience: number): void {
    this.cancel();
    this.cancel = this.deps.clock.schedule(SETTLING_TIME, () => this.renew(patience - 1));
  }

  private renew(patience: number): void {
    const { name: setting, files, renew } = this.certificate;
    const refused = (reason: string) => this.deps.log.event(certificateUnusable({ setting, reason }));
    const contents = attempt(() => readTlsFiles(files));
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
      checkTls(setting, contents);
      renew(contents);
      this.deps.log.event(certificateRenewed({ setting, expires: expiryOf(contents) }));
      this.watchExpiry(contents);
    } catch (error) {
      refused((error as Error).message);
    }
  }

  private watchExpiry(contents: TlsContents): void {
    if (this.certificate.warnsItself === true) return;
    this.expiry.watch(expiryOf(contents));
    // Once the last authority has expired, no client has a valid certificate.
    if (contents.ca !== undefined) this.authorityExpiry.watch(lastExpiry(certificatesIn(contents.ca)));
  }
}

const pollFile: FollowFile = (path, listener) => {
  watchFile(path, { interval: FILE_CHECK, persistent: false }, listener);
  return () => unwatchFile(path, listener);
};

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
