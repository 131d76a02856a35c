import { createWriteStream, type WriteStream } from "node:fs";
import type { Readable } from "node:stream";

/**
 * Writes a node's stderr to a file, byte for byte. The node has to wait while the disk is slower. If the file cannot be
 * written, `failed` is called with the reason, and the rest is dropped.
 */
export class NodeLog {
  private readonly stream: WriteStream;
  private isOpen = true;

  /** @param append whether the file keeps its present content */
  constructor(path: string, append: boolean, failed: (problem: string) => void) {
    this.stream = createWriteStream(path, { flags: append ? "a" : "w" });
    this.stream.on("error", (error) => {
      if (this.isOpen) failed(error.message);
      this.isOpen = false;
    });
  }

  /** Takes the next bytes from `source`; pauses it until they are written. */
  write(chunk: Buffer, source: Readable): void {
    if (!this.isOpen || this.stream.write(chunk)) return;
    const resume = () => {
      this.stream.off("drain", resume).off("close", resume);
      source.resume();
    };
    source.pause();
    this.stream.on("drain", resume).on("close", resume);
  }

  /** Writes nothing more. */
  end(): void {
    this.isOpen = false;
    this.stream.end();
  }
}
