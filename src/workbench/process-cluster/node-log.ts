import { createWriteStream, type WriteStream } from "node:fs";
import type { Readable } from "node:stream";

/**
 * Keeps what a node writes to stderr in a file, byte for byte. The node has to wait while the disk is slower than it. If
 * the file cannot be written, `failed` is called with the reason, and the rest is not kept.
 */
export class NodeLog {
  private readonly stream: WriteStream;
  private isOpen = true;

  /** @param append whether the file keeps what is in it */
  constructor(path: string, append: boolean, failed: (problem: string) => void) {
    this.stream = createWriteStream(path, { flags: append ? "a" : "w" });
    this.stream.on("error", (error) => {
      if (this.isOpen) failed(error.message);
      this.isOpen = false;
    });
  }

  /** Takes in the next bytes that `source` gave; pauses it until they are written. */
  write(chunk: Buffer, source: Readable): void {
    if (!this.isOpen || this.stream.write(chunk)) return;
    const resume = () => {
      this.stream.off("drain", resume).off("close", resume);
      source.resume();
    };
    source.pause();
    this.stream.on("drain", resume).on("close", resume);
  }

  /** Nothing more is kept. */
  end(): void {
    this.isOpen = false;
    this.stream.end();
  }
}
