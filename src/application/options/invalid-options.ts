/** Invalid options. The message names the option, its value, and the allowed values. */
export class InvalidOptions extends RangeError {
  override readonly name = "InvalidOptions";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_INVALID_OPTIONS";
}

/** The most characters of a quoted value. */
const LONGEST_QUOTE = 100;

/** The error for an option with an invalid value. @param must the allowed values, as the end of "must be …" */
export function wrongOption(caller: string, path: string, must: string, value: unknown): InvalidOptions {
  return new InvalidOptions(`${caller}'s option ${path} must be ${must}, but it is ${quote(value)}`);
}

/** A value in words, on one line and of bounded length. Reads no property that could throw or run code. */
export function quote(value: unknown): string {
  if (typeof value === "string") return cut(JSON.stringify(value));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (Array.isArray(value)) {
    const items = Array.from(value.slice(0, 20), quote);
    return cut(`[${items.join(",")}${value.length > 20 ? ",…" : ""}]`);
  }
  if (typeof value === "object" && value !== null) return "an object";
  return Object.is(value, -0) ? "-0" : String(value);
}

function cut(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}
