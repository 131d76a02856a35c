import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import { hasCode } from "./system-error.js";

/** Prevents a wait for a writer when a FIFO is opened. Windows has no such flag, and no such files in folders. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens an existing regular file, or a link to one. Other kinds of files might block the process or never end.
 * @param access `O_RDONLY` or `O_RDWR`
 * @returns its descriptor
 * @throws {JournalUnavailable} for any other kind of file; otherwise the operating system's error
 */
export function openRegular(path: string, access: number): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, access | WITHOUT_WAITING);
  } catch (error) {
    // Sockets, some devices and, for writing, directories cannot be opened at all.
    if (hasCode(error, "ENXIO", "ENODEV", "EISDIR", "EOPNOTSUPP")) requireRegular(path, statSync(path));
    throw error;
  }
  try {
    requireRegular(path, fstatSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

/** Reads a whole regular file, as `openRegular` opens it. */
export function readRegular(path: string): Buffer {
  const descriptor = openRegular(path, constants.O_RDONLY);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function requireRegular(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  throw new JournalUnavailable(
    `${path} is ${kindOf(stats)}, but a journal must contain only regular files; remove it, or use another data directory`,
  );
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a FIFO";
  if (stats.isSocket()) return "a socket";
  return stats.isCharacterDevice() || stats.isBlockDevice() ? "a device" : "a file of an unknown kind";
}
