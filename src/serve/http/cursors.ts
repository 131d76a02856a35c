import { readCursor } from "../events/cursor.js";
import type { EventLog } from "../events/event-log.js";
import { EventReader } from "../events/event-reader.js";
import { ALL_TOPICS, type Selection } from "../events/selection.js";
import { Problem } from "./problems.js";

/** The word for a reader that begins with the oldest value. */
export const START = "start";

/**
 * A reader of the events of a selection after a cursor.
 * @param after a cursor; `start` for all values that are kept; `undefined` for the events from now on
 * @throws {Problem} if the text is not a cursor, or one of another selection
 */
export function readerAfter(log: EventLog, selection: Selection, after: string | undefined): EventReader {
  if (after === undefined || after === "") return EventReader.fromNow(log, selection);
  if (after === START) return new EventReader(log, { seen: log.deletedSoFar(), topic: selection });
  const cursor = readCursor(after);
  if (cursor === undefined)
    throw new Problem(400, "TIDECAST_INVALID_CURSOR", {
      detail: `${JSON.stringify(after.slice(0, 50))} is not a cursor; send one that this cluster gave you, or "${START}" for all values`,
    });
  // It would skip the values of this selection that came while the client followed the other one.
  if (cursor.topic !== selection)
    throw new Problem(400, "TIDECAST_INVALID_CURSOR", {
      detail: `the cursor was given ${wordsFor(cursor.topic)}, and not ${wordsFor(selection)}; begin with "${START}", or without a cursor`,
    });
  return new EventReader(log, cursor);
}

function wordsFor(selection: Selection): string {
  if (selection === undefined) return "for the values of no topic";
  return selection === ALL_TOPICS ? "for all topics" : `for the topic ${selection}`;
}
