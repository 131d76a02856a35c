import { PbfWriter } from "pbf";
import type { ReadingContext, WritingContext } from "./context.js";
import { BYTES, bytes, type Format, finite, isNatural, unexpected, within } from "./format.js";
import { isWellFormed, readNatural, textOf, writeRawText } from "./primitives.js";
import { Inexpressible, MalformedFrame } from "./problems.js";

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === "string";

/** Least bytes of JSON of an item: `["",1,1],`, `[1,1],`, `"a",`, `1,`. */
const RUN_BYTES = 9;
const RANGE_BYTES = 6;
const NAME_BYTES = 4;
const AGE_BYTES = 2;

/** Actors or members. */
export const nameList: Format = bytes(
  isList,
  (context, names) => {
    for (const name of names) {
      if (!isName(name)) throw new Inexpressible();
      context.name(name, 0);
    }
  },
  (context, end) => {
    const names: string[] = [];
    while (context.reader.pos < end) {
      context.count(NAME_BYTES);
      names.push(context.name(end));
      if (context.bit !== 0) throw new MalformedFrame("it has an invalid name");
    }
    return names;
  },
);

/** Ranges of dots `[actor, first, count]`; a count of 1 is left out. */
export const dotList: Format = bytes(
  isList,
  (context, runs) => {
    for (const run of runs) {
      if (!isList(run) || run.length !== 3) throw new Inexpressible();
      const [actor, first, count] = run;
      if (!isName(actor) || !isNatural(first) || !isNatural(count)) throw new Inexpressible();
      context.name(actor, count === 1 ? 0 : 1);
      context.writer.writeVarint(first);
      if (count !== 1) context.writer.writeVarint(count);
    }
  },
  (context, end) => {
    const { reader } = context;
    const runs: (readonly [string, number, number])[] = [];
    while (reader.pos < end) {
      context.count(RUN_BYTES);
      const actor = context.name(end);
      const isSingle = context.bit === 0;
      runs.push([actor, readNatural(reader), isSingle ? 1 : readNatural(reader)]);
    }
    return runs;
  },
);

/** Ascending ranges `[first, last]`: for each, how far it begins beyond the end of the one before, and how much longer than 1 it is. */
export const rangeList: Format = bytes(isList, writeRanges, (context, end) => {
  const ranges: [number, number][] = [];
  let last = 0;
  while (context.reader.pos < end) last = readRange(context, last, ranges);
  return ranges;
});

/**
 * Ranges per actor `[actor, ranges]`. If there is one range from 1 on, only its end is written; otherwise the number of ranges
 * comes first.
 */
export const vector: Format = bytes(
  isList,
  (context, entries) => {
    for (const entry of entries) {
      if (!isList(entry) || entry.length !== 2) throw new Inexpressible();
      const [actor, ranges] = entry;
      if (!isName(actor) || !isList(ranges)) throw new Inexpressible();
      const end = endOfPrefix(ranges);
      context.name(actor, end === undefined ? 1 : 0);
      if (end !== undefined) context.writer.writeVarint(end);
      else {
        context.writer.writeVarint(ranges.length);
        writeRanges(context, ranges);
      }
    }
  },
  (context, end) => {
    const { reader } = context;
    const entries: (readonly [string, readonly [number, number][]])[] = [];
    while (reader.pos < end) {
      context.count(RUN_BYTES);
      const actor = context.name(end);
      if (context.bit === 0) entries.push([actor, [[1, readNatural(reader)]]]);
      else {
        const ranges: [number, number][] = [];
        const count = readNatural(reader);
        for (let last = 0; ranges.length < count; ) {
          if (reader.pos >= end) throw new MalformedFrame(`it announces ${count} ranges, but has ${ranges.length}`);
          last = readRange(context, last, ranges);
        }
        entries.push([actor, ranges]);
      }
    }
    return entries;
  },
);

/** Finite numbers: a whole one plus 1 as a varint, every other one as 0 and a double. */
export const ageList: Format = bytes(
  isList,
  ({ writer }, ages) => {
    for (const age of ages) {
      if (isNatural(age) && age < Number.MAX_SAFE_INTEGER) writer.writeVarint(age + 1);
      else if (Number.isFinite(age)) {
        writer.writeVarint(0);
        writer.writeDouble(age as number);
      } else throw new Inexpressible();
    }
  },
  (context, end) => {
    const { reader } = context;
    const ages: number[] = [];
    while (reader.pos < end) {
      context.count(AGE_BYTES);
      const head = readNatural(reader);
      ages.push(head > 0 ? head - 1 : finite(reader.readDouble()));
    }
    return ages;
  },
);

/** Any JSON, as its text. */
export const json: Format = bytes(
  isList,
  ({ writer }, list) => {
    const text = JSON.stringify(list);
    writeRawText(writer, text, Buffer.byteLength(text));
  },
  ({ reader }, end) => {
    const text = textOf(reader.buf.subarray(reader.pos, end) as Buffer);
    reader.pos = end;
    try {
      return JSON.parse(text);
    } catch {
      throw new MalformedFrame("it has values that are not JSON");
    }
  },
);

/**
 * Values. If all are strings that UTF-8 expresses: their number, their lengths in bytes, and then their UTF-8 one after the other.
 * Otherwise JSON, in the field `jsonField`.
 */
export function values(jsonField: number): Format {
  return {
    write(context, field, list) {
      const texts = isList(list) ? encodedTexts(list) : undefined;
      if (texts === undefined) json.write(context, jsonField, list);
      else {
        context.writer.writeTag(field, BYTES);
        writeEncoded(context.writer, texts);
      }
    },
    read(context, type, end) {
      if (type !== BYTES) throw unexpected(type);
      return within(context, end, readTexts);
    },
  };
}

/** The last list of texts and its bytes: a node sends the same values to one member after the other. */
let lastTexts: { readonly texts: readonly unknown[]; readonly bytes: Uint8Array } | undefined;

/** The bytes of a list of texts; `undefined` if an item is no string, or UTF-8 does not express it. */
function encodedTexts(list: readonly unknown[]): Uint8Array | undefined {
  if (lastTexts !== undefined && isSame(lastTexts.texts, list)) return lastTexts.bytes;
  const lengths = lengthsOf(list);
  if (lengths === undefined) return undefined;
  const writer = new PbfWriter(Buffer.allocUnsafeSlow(roomFor(lengths)));
  writeTexts(writer, list as readonly string[], lengths);
  const bytes = writer.buf.subarray(0, writer.pos);
  // A copy, because the caller may change its list.
  lastTexts = bytes.length <= LARGEST_KEPT ? { texts: [...list], bytes } : undefined;
  return bytes;
}

/** The most bytes of a list that are kept. */
const LARGEST_KEPT = 64 * 1024;
/** The most bytes of a length, with some to spare. */
const LENGTH_BYTES = 8;

function roomFor(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length + LENGTH_BYTES, LENGTH_BYTES);
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Writes bytes after their length. */
function writeEncoded(writer: PbfWriter, bytes: Uint8Array): void {
  writer.writeVarint(bytes.length);
  writer.realloc(bytes.length);
  writer.buf.set(bytes, writer.pos);
  writer.pos += bytes.length;
}

/** Lengths in UTF-8; `undefined` if an item is no string, or UTF-8 does not express it. */
function lengthsOf(list: readonly unknown[]): number[] | undefined {
  const lengths: number[] = [];
  for (const item of list) {
    if (!isName(item)) return undefined;
    const length = Buffer.byteLength(item);
    if (!isWellFormed(item, length)) return undefined;
    lengths.push(length);
  }
  return lengths;
}

function writeTexts(writer: PbfWriter, texts: readonly string[], lengths: readonly number[]): void {
  writer.writeVarint(texts.length);
  for (const length of lengths) writer.writeVarint(length);
  for (const [index, text] of texts.entries()) writeRawText(writer, text, lengths[index] as number);
}

function readTexts({ reader }: ReadingContext, end: number): string[] {
  const count = readNatural(reader);
  const lengths: number[] = [];
  while (lengths.length < count) {
    if (reader.pos >= end) throw new MalformedFrame(`it announces ${count} texts, but has ${lengths.length} lengths`);
    lengths.push(readNatural(reader));
  }
  return lengths.map((length) => {
    const start = reader.pos;
    if (length > end - start)
      throw new MalformedFrame(`it announces a text of ${length} bytes, but ${Math.max(0, end - start)} are left`);
    reader.pos = start + length;
    return textOf(reader.buf.subarray(start, reader.pos) as Buffer);
  });
}

function endOfPrefix(ranges: readonly unknown[]): number | undefined {
  const [only, ...others] = ranges;
  if (!isList(only) || others.length > 0 || only.length !== 2 || only[0] !== 1 || !isNatural(only[1])) return undefined;
  return only[1];
}

function writeRanges({ writer }: WritingContext, ranges: readonly unknown[]): void {
  let end = 0;
  for (const range of ranges) {
    if (!isList(range) || range.length !== 2) throw new Inexpressible();
    const [first, last] = range;
    if (!isNatural(first) || !isNatural(last) || first < end || last < first) throw new Inexpressible();
    writer.writeVarint(first - end);
    writer.writeVarint(last - first);
    end = last;
  }
}

/** Appends a range; returns its end. */
function readRange(context: ReadingContext, end: number, ranges: [number, number][]): number {
  context.count(RANGE_BYTES);
  const first = end + readNatural(context.reader);
  const last = first + readNatural(context.reader);
  if (!Number.isSafeInteger(last)) throw new MalformedFrame("it has a range that ends beyond 2^53");
  ranges.push([first, last]);
  return last;
}
