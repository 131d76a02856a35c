import { readCursor } from "../events/cursor.js";
import type { EventLog } from "../events/event-log.js";
import { EventReader } from "../events/event-reader.js";
import { Problem } from "./problems.js";

/** The word for a reader that begins with the oldest value. */
export const START = "start";

/**
 * A reader of the events after a cursor.
 * @param after a cursor; `start` for all values that are kept; `undefined` for the events from now on
 * @throws {Problem} if the text is not a cursor
 */
export function readerAfter(log: EventLog, after: string | undefined): EventReader {
  if (after === undefined || after === "") return EventReader.fromNow(log);
  if (after === START) return new EventReader(log, log.deletedSoFar());
  const seen = readCursor(after);
  if (seen === undefined)
    throw new Problem(400, "TIDECAST_INVALID_CURSOR", {
      detail: `${JSON.stringify(after.slice(0, 50))} is not a cursor; send one that this cluster gave you, or "${START}" for all values`,
    });
  return new EventReader(log, seen);
}
