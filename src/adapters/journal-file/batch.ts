import { jsonSizeBound } from "../../domain/json-value.js";
import type { JournalRecord } from "../../domain/ports/journal.js";

/** What is written at once, in bytes (as bounded from above); what waited while the disk was full must not become one huge write. */
const MOST_BYTES = 16 * 1024 * 1024;

/** As many of the first records as are written at once: at least one, if there is any. */
export function firstBatch(records: readonly JournalRecord[]): readonly JournalRecord[] {
  let bytes = 0;
  let count = 0;
  for (const { author, value } of records) {
    bytes += 2 * author.length + jsonSizeBound(value);
    if (bytes > MOST_BYTES && count > 0) break;
    count++;
  }
  return records.slice(0, count);
}
