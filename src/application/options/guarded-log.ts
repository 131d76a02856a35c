import type { Log } from "../../domain/ports/log.js";

/** The log of an application, which may throw, or be asynchronous and reject: neither may disturb the node. Without one, nobody is told. */
export function guardedLog(log: Log | undefined): Log {
  return {
    line: (text) => {
      try {
        const result: unknown = log?.line(text);
        // Nobody is left to be told of the error.
        if (isObject(result)) Promise.resolve(result).catch(() => {});
      } catch {}
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
