import { jsonSizeBound } from "../../domain/values/json-value.js";
import { type Entry, isGone, isLife } from "./entry.js";

/** Upper bound on the bytes of one write, so that records that waited while the disk was full do not become one huge write. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The first records, as many as one write takes: at least one, if there is any. */
export function firstBatch(records: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    bytes += sizeBound(record);
    if (bytes > MOST_BYTES && count > 0) break;
    count++;
  }
  return records.slice(0, count);
}

function sizeBound(entry: Entry): number {
  if (isLife(entry)) return 2 * entry.member.length + 100;
  if (isGone(entry)) return entry.gone.reduce((bytes, [author]) => bytes + 2 * author.length + 40, 0);
  return 2 * entry.author.length + jsonSizeBound(entry.value);
}
