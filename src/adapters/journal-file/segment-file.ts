import type { Done, FileSystem, OpenFile } from "./file-system.js";

/** One file of the journal: reads and writes all bytes, however few the system handles at a time. */
export class SegmentFile {
  constructor(private readonly file: OpenFile) {}

  /** Returns the content of a file. @throws the operating system's error */
  static contentOf(files: FileSystem, path: string): Buffer {
    const file = new SegmentFile(files.open(path, "read"));
    try {
      return file.read();
    } finally {
      file.close();
    }
  }

  /** Reads the whole file. @throws the operating system's error */
  read(): Buffer {
    const bytes = Buffer.alloc(this.file.size());
    let length = 0;
    while (length < bytes.length) {
      const more = this.file.read(bytes.subarray(length), length);
      if (more === 0) break;
      length += more;
    }
    return bytes.subarray(0, length);
  }

  /** Writes all of `bytes` at `position` (in bytes), or fails after writing none or some of them. */
  write(bytes: Uint8Array, position: number, done: Done): void {
    this.file.write(bytes, position, (error, written) => {
      if (error !== undefined) done(error);
      else if (written < bytes.length) this.write(bytes.subarray(written), position + written, done);
      else done();
    });
  }

  /** Brings all written data to the medium itself. */
  sync(done: Done): void {
    this.file.sync(done);
  }

  /** Like `write`, but synchronous. @throws the operating system's error */
  writeNow(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length; ) at += this.file.writeNow(bytes.subarray(at), position + at);
  }

  /** Like `sync`, but synchronous. @throws the operating system's error */
  syncNow(): void {
    this.file.syncNow();
  }

  /** Cuts the file off at `length` (in bytes). @throws the operating system's error */
  truncate(length: number): void {
    this.file.truncate(length);
  }

  close(): void {
    this.file.close();
  }
}
