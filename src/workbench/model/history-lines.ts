import type { HistoryEvent } from "./history.js";
import { jsonText, parseExactly } from "./number-literals.js";

/**
 * The values of a read in a history file. Reads are long and similar, so integers are written as ranges. The order of the
 * values is not kept.
 */
interface PackedValues {
  /** Ranges of integers, both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Integers that occurred more often than the ranges say, once per extra occurrence. */
  readonly again?: readonly number[];
  /** Values that are not integers. */
  readonly others?: readonly unknown[];
  /** Values with numbers that only their text represents exactly (`3.0`), each as JSON. */
  readonly texts?: readonly string[];
}

/** Writes an event as a line of a history file, without the line end. */
export function encodeEvent(event: HistoryEvent): string {
  if (!("values" in event) || event.values === undefined) return JSON.stringify(event);
  return JSON.stringify({ ...event, values: packValues(event.values) });
}

/** Parses a line; throws SyntaxError if it is not an event. */
export function decodeEvent(line: string): HistoryEvent {
  const event = parse(line);
  if (typeof event !== "object" || event === null || !("type" in event) || !EVENT_TYPES.has(event.type)) {
    throw new SyntaxError("the line is not an event of a history");
  }
  if (!("values" in event)) return event as HistoryEvent;
  return { ...(event as HistoryEvent), values: unpackValues(event.values as PackedValues) } as HistoryEvent;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SyntaxError("the line is not an event of a history");
  }
}

const EVENT_TYPES: ReadonlySet<unknown> = new Set([
  "start",
  "invoke",
  "ok",
  "fail",
  "info",
  "fault",
  "violation",
  "end",
]);

function packValues(values: readonly unknown[]): PackedValues {
  const integers = Float64Array.from(values.filter((value): value is number => Number.isSafeInteger(value))).sort();
  const ranges: [number, number][] = [];
  const again: number[] = [];
  for (const value of integers) {
    const last = ranges.at(-1);
    if (last !== undefined && value === last[1] + 1) last[1] = value;
    else if (last !== undefined && value === last[1]) again.push(value);
    else ranges.push([value, value]);
  }
  const rest = values.length === integers.length ? [] : values.filter((value) => !Number.isSafeInteger(value));
  const others = rest.filter((value) => jsonText(value) === JSON.stringify(value));
  const texts = rest.map(jsonText).filter((text, index) => text !== JSON.stringify(rest[index]));
  return {
    ranges,
    ...(again.length === 0 ? {} : { again }),
    ...(others.length === 0 ? {} : { others }),
    ...(texts.length === 0 ? {} : { texts }),
  };
}

function unpackValues({ ranges, again = [], others = [], texts = [] }: PackedValues): unknown[] {
  const values: unknown[] = [];
  for (const [from, to] of ranges) for (let value = from; value <= to; value++) values.push(value);
  return [...values, ...again, ...others, ...texts.map(parseExactly)];
}
