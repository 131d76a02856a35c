import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Makes the creation and removal of entries in a directory survive a power cut. On systems that cannot do this it does nothing. */
export function syncDirectory(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if (isUnsupported(error)) return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Creates a directory and its parents, so that they survive a power cut; does nothing if they exist. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let above = dirname(resolve(path)); above.length >= top.length; above = dirname(above)) {
    syncDirectory(above);
    if (above === top) return;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The message of an error of the operating system, without the call and the path that Node appends: `ENOSPC: no space left on device`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(", ", 1)[0] as string) : String(error);
}

/** Windows cannot open directories, and some file systems cannot sync them. */
function isUnsupported(error: unknown): boolean {
  return ["EISDIR", "EPERM", "EINVAL", "ENOTSUP"].includes(codeOf(error) ?? "");
}
