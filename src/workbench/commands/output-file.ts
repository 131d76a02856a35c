import { createWriteStream, type WriteStream } from "node:fs";
import { UsageError } from "./exit-codes.js";

/** Opens a file for writing. Throws UsageError if that is impossible, before the run starts. */
export function openFile(option: string, path: string): Promise<WriteStream> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(path);
    stream.once("open", () => resolve(stream));
    stream.once("error", (error) => reject(new UsageError(`${option}: ${error.message}`)));
  });
}

/** Resolves once everything is written. */
export function closeFile(stream: WriteStream | undefined): Promise<void> {
  return new Promise((resolve) => (stream === undefined ? resolve() : stream.end(() => resolve())));
}
