import type { Stretch } from "./simulated-file.js";

const LINE_BREAK = 0x0a;
/** A record of a simulated journal, whose values are whole numbers: `["n0@1719000000000",5,17]`. */
const RECORD = /\["[^"\n]*",\d+,(\d+)\]/g;

/** The values whose records lie in this stretch of a journal file, at least in part. */
export function valuesIn(bytes: Buffer, { start, end }: Stretch): number[] {
  const first = start === 0 ? 0 : bytes.lastIndexOf(LINE_BREAK, start - 1) + 1;
  const last = bytes.indexOf(LINE_BREAK, end);
  // A damaged line break endangers the record before it as well.
  const text = bytes.toString("latin1", first, last === -1 ? bytes.length : last);
  return [...text.matchAll(RECORD)].map(([, value]) => Number(value));
}
