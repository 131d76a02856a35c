import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { withMethods } from "../../application/options/fields.js";
import type { LogSink } from "../../application/options/guarded-log.js";
import { isAtLeast, LOG_LEVELS } from "../../domain/log/levels.js";
import { oneLine } from "../../domain/log/one-line.js";
import type { LogLevel } from "../../domain/ports/log.js";

/** The methods of a console that `consoleLog` calls. */
export type ConsoleMethods = { readonly [Level in LogLevel]: (line: string) => void };

/** Options of `consoleLog`. */
export interface ConsoleLogOptions {
  /** The least urgent level that is written. Default: `"info"`. */
  readonly level?: LogLevel;
  /**
   * Where lines go. Default: the global `console`, whose `debug` and `info` write to stdout on Node, and whose `warn` and `error` write
   * to stderr. `new Console(process.stderr)` writes all of them to stderr.
   */
  readonly console?: ConsoleMethods;
}

const schema = v.strictObject({
  level: v.optional(v.picklist(LOG_LEVELS, '"debug", "info", "warn" or "error"')),
  console: v.optional(withMethods<ConsoleMethods>("a console: debug, info, warn and error", ...LOG_LEVELS)),
});

/**
 * A log for the option `log`: writes each event as one line with its level, its code and its text, by the method of the console that
 * has the name of the level.
 * @throws {InvalidOptions} for an invalid option
 */
export function consoleLog(options: ConsoleLogOptions = {}): LogSink {
  const { level: least = "info", console: output = console } = checkOptions("consoleLog", schema, options);
  return ({ level, code, text }) => {
    if (isAtLeast(level, least)) output[level](`${level} ${code}: ${oneLine(text)}`);
  };
}
