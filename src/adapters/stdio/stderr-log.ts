import type { Writable } from "node:stream";
import type { Log } from "../../domain/ports/log.js";

const LONGEST_LINE = 500;
/** Bytes that may wait for a reader who does not read; what comes on top is not written. */
const MOST_WAITING = 1024 * 1024;

/** Writes the log to a stream, by default stderr. That nobody reads it is no reason to stop. */
export class StderrLog implements Log {
  constructor(private readonly output: Writable = process.stderr) {
    output.on("error", () => {});
  }

  line(text: string): void {
    if (this.output.writableLength > MOST_WAITING) return;
    const cut = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
    this.output.write(`${cut.replaceAll(/[\r\n]+/g, " ")}\n`);
  }
}
