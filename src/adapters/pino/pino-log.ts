import type { LogSink } from "../../application/options/guarded-log.js";
import { InvalidOptions, quote } from "../../application/options/invalid-options.js";
import { LOG_LEVELS } from "../../domain/log/levels.js";
import type { LogLevel } from "../../domain/ports/log.js";

/** The methods of a pino logger that `pinoLog` calls. Other loggers that take fields and a message will do. */
export type PinoMethods = { readonly [Level in LogLevel]: (fields: object, message: string) => void };

/**
 * A log for the option `log`: passes each event to a pino logger, or a child of one, by the method of its level. The code and the
 * fields become keys of the line. The level is the logger's own setting.
 * @throws {InvalidOptions} if the logger lacks a method
 */
export function pinoLog(logger: PinoMethods): LogSink {
  const missing = LOG_LEVELS.filter((level) => typeof (logger as Partial<PinoMethods> | null)?.[level] !== "function");
  if (missing.length > 0)
    throw new InvalidOptions(
      `pinoLog needs a logger with the methods debug, info, warn and error, such as pino() returns, but ${quote(logger)} lacks ${missing.join(", ")}`,
    );
  return ({ level, code, fields, text }) => logger[level]({ code, ...fields }, text);
}
