import { type Entry, isLife, parseEntry } from "./entry.js";
import { isLineBreak, nextLine, readFrame, saltOf } from "./line-frame.js";

/** The first format whose checksums include the number of the segment. */
const SALTED_FORMAT = 3;

/** Bytes of a segment without a record, from `start` up to but not including `end`. */
export interface Damage {
  readonly start: number;
  end: number;
}

/** The content of a segment. */
export interface Scan {
  readonly entries: readonly Entry[];
  readonly damages: readonly Damage[];
  /** End of the last line; anything after it is an incomplete record. */
  readonly end: number;
  /** Whether the last line lacks its line break; it belongs at `end`. */
  readonly lacksLineBreak: boolean;
}

/**
 * Reads every complete record, whatever lies between them.
 * @param segment number of the segment
 */
export function scanSegment(bytes: Buffer, segment: number): Scan {
  const salt = saltOf(segment);
  let format = 0;
  const entries: Entry[] = [];
  const damages: Damage[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const framed = readFrame(bytes, offset, salt);
    const entry = framed && parseEntry(bytes.toString("utf8", framed.start, framed.end));
    // A record of an earlier format after a line that states the present one has come from elsewhere.
    const isStray = framed?.isUnsalted === true && format >= SALTED_FORMAT && entry !== undefined && !isLife(entry);
    if (framed !== undefined && entry !== undefined && !isStray) {
      if (isLife(entry)) format = entry.format;
      entries.push(entry);
      if (framed.end >= bytes.length) return { entries, damages, end: framed.end, lacksLineBreak: true };
      if (!isLineBreak(bytes, framed.end)) addDamage(damages, framed.end, framed.end + 1);
      offset = framed.end + 1;
    } else {
      const next = nextLine(bytes, offset);
      if (next === undefined) break;
      addDamage(damages, offset, next);
      offset = next;
    }
  }
  return { entries, damages, end: offset, lacksLineBreak: false };
}

/** One stretch of damage is one problem, however many lines it seems to contain. */
function addDamage(damages: Damage[], start: number, end: number): void {
  const last = damages.at(-1);
  if (last?.end === start) last.end = end;
  else damages.push({ start, end });
}
