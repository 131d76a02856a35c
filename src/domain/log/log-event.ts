import type { LogEvent, LogFields, LogLevel } from "../ports/log.js";

/** Characters of a text field that are kept: others may have written it. */
const LONGEST_FIELD = 4000;

/** Names that loggers use for keys of their own, beside the fields. */
type Reserved = "at" | "code" | "hostname" | "level" | "msg" | "name" | "pid" | "text" | "time";

/** A kind of event. A call with the fields of an event makes it. */
export interface LogEventKind<Fields extends LogFields> {
  (fields: Fields): LogEvent;
  readonly code: string;
  readonly level: LogLevel;
}

/**
 * Defines a kind of event. The text is made from the fields, so the two never differ.
 * @param code several kinds may share one if they mean the same to an operator; they have the same level then
 */
export function logEvent<Fields extends LogFields & { readonly [Name in Reserved]?: never }>(
  code: string,
  level: LogLevel,
  textOf: (fields: Fields) => string,
): LogEventKind<Fields> {
  const create = (given: Fields): LogEvent => {
    const fields = bounded(given);
    return { level, code, fields, text: textOf(fields) };
  };
  return Object.assign(create, { code, level });
}

/** The fields without absent ones, and with the beginnings of long texts. */
function bounded<Fields extends LogFields>(fields: Fields): Fields {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    present.map(([name, value]) => [name, typeof value === "string" ? value.slice(0, LONGEST_FIELD) : value]),
  ) as Fields;
}
