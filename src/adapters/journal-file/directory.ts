import { dirname, resolve } from "node:path";
import type { FileSystem } from "./file-system.js";
import { hasCode } from "./system-error.js";

/** Creates a directory and its parents, so that they survive a power cut; does nothing if they exist. */
export function makeDirectory(files: FileSystem, path: string): void {
  files.makeDirectory(path);
  // Syncs existing parents as well: the process that created them may have been killed before it could.
  for (let child = resolve(path), above = dirname(child); above !== child; child = above, above = dirname(child))
    try {
      files.syncDirectory(above);
    } catch (error) {
      if (!isForeign(error)) throw error;
    }
}

/** Whether another user owns the directory, so that no process like this one created anything in it. */
function isForeign(error: unknown): boolean {
  return hasCode(error, "EACCES", "EROFS");
}
