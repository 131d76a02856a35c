import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, openSync, write, writeSync } from "node:fs";
import { openRegular } from "./regular-file.js";

/** Called at the end of the work, with an error if it failed. */
export type Done = (error?: Error) => void;

/** One file of the journal, open for writing: the operations that the journal needs. */
export interface SegmentFile {
  /** Writes all of `bytes` at `position` (in bytes), or fails after writing none or some of them. */
  write(bytes: Uint8Array, position: number, done: Done): void;
  /** Brings all written data to the medium itself. */
  sync(done: Done): void;
  /** Like `write`, but synchronous. @throws the operating system's error */
  writeNow(bytes: Uint8Array, position: number): void;
  /** Like `sync`, but synchronous. @throws the operating system's error */
  syncNow(): void;
  /** Cuts the file off at `length` (in bytes). @throws the operating system's error */
  truncate(length: number): void;
  close(): void;
}

/**
 * Opens the file at `path` for writing.
 * @param isNew true if it must not exist yet, false if it must exist
 * @throws the operating system's error
 */
export type OpenSegmentFile = (path: string, isNew: boolean) => SegmentFile;

export const openDiskFile: OpenSegmentFile = (path, isNew) =>
  new DiskFile(isNew ? openSync(path, "wx") : openRegular(path, constants.O_RDWR));

class DiskFile implements SegmentFile {
  constructor(private readonly descriptor: number) {}

  write(bytes: Uint8Array, position: number, done: Done): void {
    write(this.descriptor, bytes, 0, bytes.length, position, (error, written) => {
      if (error !== null) done(error);
      else if (written < bytes.length) this.write(bytes.subarray(written), position + written, done);
      else done();
    });
  }

  sync(done: Done): void {
    fdatasync(this.descriptor, (error) => done(error ?? undefined));
  }

  writeNow(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at, bytes.length - at, position + at);
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
