import { oneLine } from "../../domain/log/one-line.js";
import type { Log, LogEvent } from "../../domain/ports/log.js";

/** A log of lines: it receives the text of each event. */
export interface LineLog {
  /** Receives one line for people, without a line break at its end. */
  line(text: string): void;
}

/** An event with its time. */
export interface LogRecord extends LogEvent {
  /** Time of day in ms since 1970. */
  readonly at: number;
}

/** Receives each event with all that is known about it. */
export type LogSink = (record: LogRecord) => void;

/** A log as applications give it. */
export type LogOption = LineLog | LogSink;

/**
 * The log of an application, which may throw, or be asynchronous and reject: neither affects the node. Without a log, events are dropped.
 * @param timeOfDay in ms since 1970
 */
export function guardedLog(log: LogOption | undefined, timeOfDay: () => number): Log {
  return {
    event: (event) => {
      // Fields may quote errors of several lines, which the text repeats.
      const text = oneLine(event.text);
      try {
        const result: unknown = typeof log === "function" ? log({ ...event, text, at: timeOfDay() }) : log?.line(text);
        // There is no log for this error.
        if (isObject(result)) Promise.resolve(result).catch(() => {});
      } catch {}
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
