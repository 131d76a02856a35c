import type { Writable } from "node:stream";
import { oneLine } from "../../domain/log/one-line.js";
import type { Log, LogEvent } from "../../domain/ports/log.js";

const LONGEST_LINE = 500;
/** Upper bound on the bytes queued for a reader that does not read; further lines are dropped. */
const MOST_WAITING = 1024 * 1024;

/** Writes the texts of events to a stream, by default stderr. It continues even if no process reads them. */
export class StderrLog implements Log {
  constructor(private readonly output: Writable = process.stderr) {
    output.on("error", () => {});
  }

  event({ text }: LogEvent): void {
    if (this.output.writableLength > MOST_WAITING) return;
    const cut = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
    this.output.write(`${oneLine(cut)}\n`);
  }
}
