import type { Writable } from "node:stream";
import { isAtLeast } from "../domain/log/levels.js";
import { oneLine } from "../domain/log/one-line.js";
import type { Log, LogEvent } from "../domain/ports/log.js";
import type { ServeSettings } from "./settings/schema.js";

/** Writes the log of the server to a stream, one event per line. It continues even if no process reads them. */
export class LogOutput implements Log {
  constructor(
    private readonly output: Writable,
    private readonly settings: ServeSettings["log"],
    private readonly now: () => Date = () => new Date(),
  ) {
    output.on("error", () => {});
  }

  event(event: LogEvent): void {
    if (!isAtLeast(event.level, this.settings.level)) return;
    const time = this.now().toISOString();
    const line = this.settings.format === "json" ? jsonOf(event, time) : `${time} ${oneLine(event.text)}`;
    this.output.write(`${line}\n`);
  }
}

/** The fields lie beside the other keys, as loggers such as pino have them. */
function jsonOf({ level, code, fields, text }: LogEvent, time: string): string {
  return JSON.stringify({ level, time, code, ...fields, msg: text });
}
