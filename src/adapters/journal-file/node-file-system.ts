import {
  accessSync,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  write,
  writeSync,
} from "node:fs";
import type { Done, FileSystem, OpenFile } from "./file-system.js";
import { FolderLock } from "./folder-lock.js";
import { openRegular } from "./regular-file.js";
import { hasCode } from "./system-error.js";

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  makeDirectory: (path) => {
    mkdirSync(path, { recursive: true });
  },
  isDirectory: (path) => statSync(path).isDirectory(),
  list: (path) => readdirSync(path),
  syncDirectory,
  open: (path, access) => new NodeFile(access === "create" ? openSync(path, "wx+") : openRegular(path, FLAGS[access])),
  remove: (path) => rmSync(path, { force: true }),
  identify: (path) => {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  },
  requireWritable: (path) => accessSync(path, constants.W_OK),
  lock: (path) => FolderLock.acquire(path),
};

const FLAGS = { read: constants.O_RDONLY, write: constants.O_RDWR };

/** On systems that cannot sync directories it does nothing. */
function syncDirectory(path: string): void {
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

/** Windows cannot open directories, and some file systems cannot sync them. */
function isUnsupported(error: unknown): boolean {
  return hasCode(error, "EISDIR", "EPERM", "EINVAL", "ENOTSUP");
}

class NodeFile implements OpenFile {
  constructor(private readonly descriptor: number) {}

  size(): number {
    return fstatSync(this.descriptor).size;
  }

  read(into: Uint8Array, position: number): number {
    return readSync(this.descriptor, into, 0, into.length, position);
  }

  write(bytes: Uint8Array, position: number, done: (error: Error | undefined, written: number) => void): void {
    write(this.descriptor, bytes, 0, bytes.length, position, (error, written) => done(error ?? undefined, written));
  }

  sync(done: Done): void {
    fdatasync(this.descriptor, (error) => done(error ?? undefined));
  }

  writeNow(bytes: Uint8Array, position: number): number {
    return writeSync(this.descriptor, bytes, 0, bytes.length, position);
  }

  syncNow(): void {
    fdatasyncSync(this.descriptor);
  }

  truncate(length: number): void {
    ftruncateSync(this.descriptor, length);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
