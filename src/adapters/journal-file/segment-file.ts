import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, openSync, write, writeSync } from "node:fs";
import { openRegular } from "./regular-file.js";

/** Called when the work is done, or with what went wrong. */
export type Done = (error?: Error) => void;

/** One file of the journal, open for writing: all that the journal asks of the operating system once it is open. */
export interface SegmentFile {
  /** Writes all of `bytes` at `position` (in bytes), or fails, having written none or some of them. */
  write(bytes: Uint8Array, position: number, done: Done): void;
  /** Brings everything written to the medium itself. */
  sync(done: Done): void;
  /** As `write`, before it returns. @throws what the operating system reports */
  writeNow(bytes: Uint8Array, position: number): void;
  /** As `sync`, before it returns. @throws what the operating system reports */
  syncNow(): void;
  /** Cuts off everything from `length` (in bytes) on. @throws what the operating system reports */
  truncate(length: number): void;
  close(): void;
}

/**
 * Opens the file at `path` for writing.
 * @param isNew it must not exist yet; otherwise it must
 * @throws what the operating system reports
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
