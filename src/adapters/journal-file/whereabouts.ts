import type { FileSystem } from "./file-system.js";
import { hasCode, reasonOf } from "./system-error.js";

/** Written data is not where the next life will look for it, or the next life could not continue there. A retry cannot help. */
export class JournalGone extends Error {}

/** A file or folder in use: checks whether its path still leads to it. */
export class Whereabouts {
  /** Device and inode; `undefined` on file systems that change a file's inode. */
  private readonly identity: string | undefined;

  /** @throws the operating system's error, if there is nothing at the path */
  constructor(
    private readonly files: FileSystem,
    private readonly path: string,
  ) {
    const identity = files.identify(path);
    this.identity = identity === files.identify(path) ? identity : undefined;
  }

  /** @throws {JournalGone} if it was deleted, replaced, or made read-only; otherwise the operating system's error */
  check(): void {
    try {
      const now = this.files.identify(this.path);
      if (this.identity !== undefined && now !== this.identity) throw new JournalGone(`${this.path} was replaced`);
      this.files.requireWritable(this.path);
    } catch (error) {
      throw lossOf(error, this.path) ?? error;
    }
  }
}

/** The loss that an error indicates; `undefined` if a retry may help, as with a full disk. @param path of the failed operation */
export function lossOf(error: unknown, path: string): JournalGone | undefined {
  if (error instanceof JournalGone) return error;
  if (hasCode(error, "ENOENT", "ENOTDIR")) return new JournalGone(`${path} was deleted`, { cause: error });
  if (hasCode(error, "ESTALE", "EROFS", "EACCES", "EPERM"))
    return new JournalGone(`${path} is no longer writable (${reasonOf(error)})`, { cause: error });
  return undefined;
}
