import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryText, isLife, lifeTexts, parseEntry } from "../../../src/adapters/journal-file/entry.js";
import { frame } from "../../../src/adapters/journal-file/line-frame.js";
import { scanSegment } from "../../../src/adapters/journal-file/segment-scan.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";

const anyRecord = fc.record({
  author: fc.oneof(fc.constantFrom("n0@1", "n1@17"), fc.string({ unit: "grapheme" })),
  number: fc.integer({ min: 1, max: 2 ** 40 }),
  value: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
});
const someRecords = fc.array(anyRecord, { maxLength: 6 });

/** The bytes of a segment, and where each of its records ends, its line break excluded. */
function segmentOf(texts: readonly string[]): { bytes: Buffer; ends: number[] } {
  const lines: Buffer[] = [];
  const ends: number[] = [];
  let position = 0;
  for (const text of texts) {
    const line = frame([text], position);
    lines.push(line);
    position += line.length;
    ends.push(position - 1);
  }
  return { bytes: Buffer.concat(lines), ends };
}

const textsOf = (bytes: Buffer): string[] =>
  scanSegment(bytes).entries.map((entry) =>
    isLife(entry) ? (lifeTexts(entry.member, entry.incarnation)[0] as string) : entryText(entry),
  );

describe("scanSegment", () => {
  it("recovers exactly the complete records of a file that is torn at any byte", () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const texts = [...lifeTexts("n0", 1), ...records.map(entryText)];
        const { bytes, ends } = segmentOf(texts);
        for (let size = 0; size <= bytes.length; size++) {
          const scan = scanSegment(bytes.subarray(0, size));
          const whole = ends.filter((end) => end <= size).length;
          expect(textsOf(bytes.subarray(0, size))).toEqual(texts.slice(0, whole));
          expect(scan.damages).toEqual([]);
          expect(scan.end).toBe(scan.lacksLineBreak ? size : whole === 0 ? 0 : (ends[whole - 1] as number) + 1);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("never reads a wrong value, and loses at most one record, when any one byte is damaged", () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 255 }),
        (records, change) => {
          const texts = records.map(entryText);
          const { bytes, ends } = segmentOf(texts);
          for (let at = 0; at < bytes.length; at++) {
            const damaged = Buffer.from(bytes);
            damaged[at] = (bytes[at] as number) ^ change;
            const hit = ends.findIndex((end) => at <= end);
            const scan = scanSegment(damaged);
            const kept = at === ends[hit] ? texts : texts.filter((_, index) => index !== hit);
            expect(textsOf(damaged)).toEqual(kept);
            expect(scan.damages.length + (scan.end < damaged.length ? 1 : 0)).toBe(1);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it("survives any bytes, and reads complete records after them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyRecord, (rubbish, record) => {
        const start = Buffer.concat([rubbish, Buffer.from("\n")]);
        const bytes = Buffer.concat([start, frame([entryText(record)], start.length)]);
        expect(textsOf(bytes)).toEqual([entryText(record)]);
      }),
    );
  });

  it("never takes a line that is quoted inside a value for a record", () => {
    const line = frame(['[",",1,1]'], 0).toString();
    const cut = line.indexOf("[") + 1;
    // Written as JSON, the end of one string and the start of the next look like the record's own quotes.
    const { bytes } = segmentOf([
      entryText({ author: "n0@1", number: 1, value: [` ${line.slice(0, cut)}`, line.slice(cut + 3, -1)] }),
    ]);
    expect(bytes.includes(line.slice(0, -1))).toBe(true);
    // Every byte becomes a line break in turn, so that the text after it starts a line.
    for (let at = 0; at < bytes.length - 1; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = 0x0a;
      expect(scanSegment(damaged).entries).toEqual([]);
    }
  });

  it("takes zeros, which a power cut may leave, for the end of the file", () => {
    const { bytes } = segmentOf([entryText({ author: "n0@1", number: 1, value: "a" })]);
    const scan = scanSegment(Buffer.concat([bytes, Buffer.alloc(4096)]));
    expect(scan).toMatchObject({ damages: [], end: bytes.length, entries: [{ value: "a" }] });
  });
});

describe("parseEntry", () => {
  it.each([
    "null",
    "[]",
    '["n0@1",1]',
    '["n0@1",1,2,3]',
    "[1,1,1]",
    '["n0@1",-1,1]',
    '["n0@1",1.5,1]',
    "{}",
    "{",
    '"a"',
    "7",
  ])("rejects %s", (text) => expect(parseEntry(text)).toBeUndefined());

  it("keeps a value's own key __proto__", () => {
    const text = '["n0@1",1,{"__proto__":{"a":1}}]';
    const entry = parseEntry(text);
    expect(entry !== undefined && !isLife(entry) && entryText(entry)).toBe(text);
  });
});
