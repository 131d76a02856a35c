import type { Log } from "../../domain/ports/log.js";

/** The log of an application, which may throw, or be asynchronous and reject: neither affects the node. Without a log, lines are dropped. */
export function guardedLog(log: Log | undefined): Log {
  return {
    line: (text) => {
      try {
        const result: unknown = log?.line(text);
        // There is no log for this error.
        if (isObject(result)) Promise.resolve(result).catch(() => {});
      } catch {}
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
