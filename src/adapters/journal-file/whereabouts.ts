import { accessSync, constants, statSync } from "node:fs";
import { codeOf, reasonOf } from "./directory.js";

/** What was written is not where the next life will look for it, or the next life could not go on there. No retry helps. */
export class JournalGone extends Error {}

/** Ways in which the system says so. */
const LOSSES = new Set(["ENOENT", "ENOTDIR", "ESTALE", "EROFS", "EACCES", "EPERM"]);

/** A file or folder that is in use: finds out whether its path still leads to it. */
export class Whereabouts {
  /** Device and inode; `undefined` on file systems that give a file another inode each time. */
  private readonly identity: string | undefined;

  /** @throws what the operating system reports, if there is nothing */
  constructor(private readonly path: string) {
    const identity = identityOf(path);
    this.identity = identity === identityOf(path) ? identity : undefined;
  }

  /** @throws {JournalGone} if it was deleted, replaced, or made read-only; otherwise what the operating system reports */
  check(): void {
    try {
      const now = identityOf(this.path);
      if (this.identity !== undefined && now !== this.identity)
        throw new JournalGone(`${this.path} was replaced by another one`);
      accessSync(this.path, constants.W_OK);
    } catch (error) {
      throw lossOf(error, this.path) ?? error;
    }
  }
}

/** The loss that an error amounts to; `undefined` if trying again may help, as with a full disk. @param path where it happened */
export function lossOf(error: unknown, path: string): JournalGone | undefined {
  if (error instanceof JournalGone) return error;
  const code = codeOf(error) ?? "";
  if (!LOSSES.has(code)) return undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return new JournalGone(`${path} was deleted`, { cause: error });
  return new JournalGone(`${path} cannot be written any more (${reasonOf(error)})`, { cause: error });
}

function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev} ${ino}`;
}
