import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Entry,
  entryText,
  FORMAT,
  incarnationShown,
  isLife,
  lifeTexts,
  parseEntry,
} from "../../../src/adapters/journal-file/entry.js";
import { frame, saltOf } from "../../../src/adapters/journal-file/line-frame.js";
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
    const line = frame([text], position, saltOf(1));
    lines.push(line);
    position += line.length;
    ends.push(position - 1);
  }
  return { bytes: Buffer.concat(lines), ends };
}

/** Texts of the records 1, 2, …, `count` of an author. */
const recordTexts = (count: number) =>
  Array.from({ length: count }, (_, index) => entryText({ author: "n0@1", number: index + 1, value: "a" }));

const textsOf = (bytes: Buffer): string[] =>
  scanSegment(bytes, 1).entries.map((entry) =>
    isLife(entry) ? (lifeTexts(entry.member, entry.incarnation)[0] as string) : entryText(entry),
  );

describe("scanSegment", () => {
  it("recovers exactly the complete records of a file that is torn at any byte", () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const texts = [...lifeTexts("n0", 1), ...records.map(entryText)];
        const { bytes, ends } = segmentOf(texts);
        for (let size = 0; size <= bytes.length; size++) {
          const scan = scanSegment(bytes.subarray(0, size), 1);
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
            const scan = scanSegment(damaged, 1);
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
      expect(scanSegment(damaged, 1).entries).toEqual([]);
    }
  });

  describe("tells its own records from those of another segment", () => {
    const record = (number: number) => entryText({ author: "n0@1", number, value: "a" });
    const lifeLength = frame(lifeTexts("n0", 1), 0).length;
    /** A segment of a life, with records under the given number of a segment, or of an earlier format. */
    const segment = (numbers: readonly number[], salt: number, format = FORMAT) =>
      Buffer.concat([
        frame(
          lifeTexts("n0", 1).map((text) => text.replace(`"format":${FORMAT}`, `"format":${format}`)),
          0,
        ),
        frame(numbers.map(record), lifeLength, salt),
      ]);
    const numbersIn = (bytes: Buffer) => {
      const { entries, damages } = scanSegment(bytes, 1);
      return {
        numbers: entries.flatMap((entry) => ("number" in entry ? [entry.number] : [])),
        damages: damages.length,
      };
    };

    it("though a disk has written them at the same offset", () => {
      const bytes = segment([1, 2, 3], saltOf(1));
      const stray = segment([4, 5, 6], saltOf(2));
      const line = (bytes.length - lifeLength) / 3;
      stray.copy(bytes, lifeLength + line, lifeLength + line, lifeLength + 2 * line);
      expect(numbersIn(bytes)).toEqual({ numbers: [1, 3], damages: 1 });
    });

    it("also if these are of an earlier format", () => {
      const bytes = segment([1, 2, 3], saltOf(1));
      const stray = segment([4, 5, 6], 0, 2);
      const line = (bytes.length - lifeLength) / 3;
      stray.copy(bytes, lifeLength + line, lifeLength + line, lifeLength + 2 * line);
      expect(numbersIn(bytes)).toEqual({ numbers: [1, 3], damages: 1 });
      stray.copy(bytes, lifeLength, lifeLength);
      expect(numbersIn(bytes)).toEqual({ numbers: [], damages: 1 });
    });

    it("and skips a line that is no entry, though an earlier format would have had it there", () => {
      const bytes = segment([1], saltOf(1));
      const later = frame(['{"a later kind":1}'], bytes.length);
      expect(numbersIn(Buffer.concat([bytes, later]))).toEqual({ numbers: [1], damages: 1 });
    });

    it("and leaves the segment out of the lines that state the format, so that earlier versions read these", () => {
      expect(frame(lifeTexts("n0", 1), 0, saltOf(7))).toEqual(frame(lifeTexts("n0", 1), 0));
    });

    it("and reads an earlier format, also if this version continues in the same segment", () => {
      const old = segment([1, 2], 0, 2);
      const life = frame(lifeTexts("n0", 7), old.length);
      const bytes = Buffer.concat([old, life, frame([record(3)], old.length + life.length, saltOf(1))]);
      expect(numbersIn(bytes)).toEqual({ numbers: [1, 2, 3], damages: 0 });
    });
  });

  it("takes no line for a record whose length has more than ten digits", () => {
    const [text = ""] = recordTexts(1);
    const [checksum, length, ...payload] = frame([text], 0, saltOf(1)).toString().split(" ");
    const withLength = (digits: string) => scanSegment(Buffer.from([checksum, digits, ...payload].join(" ")), 1);
    expect(withLength(`${length}`.padStart(10, "0")).entries).toHaveLength(1);
    expect(withLength(`${length}`.padStart(11, "0")).entries).toHaveLength(0);
    // One character whose code is as far from that of "0".
    expect(withLength(String.fromCharCode(0x30 + Number(length))).entries).toHaveLength(0);
    // The next ten, and one character whose code is as far below that of "0" as the length is below them.
    const tens = Math.ceil(Number(length) / 10);
    expect(withLength(`${tens}${String.fromCharCode(0x30 + Number(length) - 10 * tens)}`).entries).toHaveLength(0);
  });

  it("takes no line for a record that has no space after ten digits of its length", () => {
    const [text = ""] = recordTexts(1);
    const [checksum] = frame([text], 0, saltOf(1)).toString().split(" ");
    const withSeparator = (separator: string) =>
      scanSegment(Buffer.from(`${checksum} ${`${text.length}`.padStart(10, "0")}${separator}${text}\n`), 1);
    expect(withSeparator(" ").entries).toHaveLength(1);
    expect(withSeparator("x").entries).toHaveLength(0);
  });

  it("takes a record for incomplete that states more bytes than the file has", () => {
    const [text = ""] = recordTexts(1);
    const [checksum] = frame([text], 0, saltOf(1)).toString().split(" ");
    const bytes = Buffer.from(`${checksum} ${text.length + 1} ${text}`);
    expect(scanSegment(bytes, 1)).toEqual({ entries: [], damages: [], end: 0, lacksLineBreak: false });
  });

  it("takes a damaged line break for one damaged byte", () => {
    const { bytes, ends } = segmentOf(recordTexts(2));
    bytes.writeUInt8(0, ends[0]);
    const scan = scanSegment(bytes, 1);
    expect(scan.entries).toHaveLength(2);
    expect(scan.damages).toEqual([{ start: ends[0], end: (ends[0] as number) + 1 }]);
  });

  it("skips a whole line that is no entry of a journal", () => {
    const [first, second] = recordTexts(2) as [string, string];
    const { bytes, ends } = segmentOf([first, '{"a later kind":1}', second]);
    const scan = scanSegment(bytes, 1);
    expect(scan.entries).toMatchObject([{ number: 1 }, { number: 2 }]);
    expect(scan.damages).toEqual([{ start: (ends[0] as number) + 1, end: (ends[1] as number) + 1 }]);
  });

  it("takes zeros, which a power cut may leave, for the end of the file", () => {
    const { bytes } = segmentOf([entryText({ author: "n0@1", number: 1, value: "a" })]);
    const scan = scanSegment(Buffer.concat([bytes, Buffer.alloc(4096)]), 1);
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
    '{"format":3,"member":"n0"}',
    '{"format":3,"incarnation":1}',
    '{"member":"n0","incarnation":1}',
    '{"format":-1,"member":"n0","incarnation":1}',
    '{"format":3,"member":"n0","incarnation":1.5}',
    '{"format":3,"member":7,"incarnation":1}',
    '{"gone":7}',
    '{"gone":[7]}',
    '{"gone":[["n0@1",1]]}',
    '{"gone":[["n0@1",1,1,1]]}',
    '{"gone":[[1,1,1]]}',
    '{"gone":[["n0@1",0,1]]}',
    '{"gone":[["n0@1",1,0]]}',
    '{"gone":[["n0@1","1",1]]}',
    '{"gone":[["n0@1",1,"1"]]}',
    '{"gone":[["n0@1",1,1],["n0@1",1.5,1]]}',
  ])("rejects %s", (text) => expect(parseEntry(text)).toBeUndefined());

  it.each([
    [{ author: "n0@1", number: 0, value: null }],
    [{ gone: [] }],
    [
      {
        gone: [
          ["n0@1", 1, 1],
          ["n1@2", 7, 100],
        ],
      },
    ],
    [{ format: 0, member: "", incarnation: 0 }],
  ] as [Entry][])("reads %j as it was written", (entry) => expect(parseEntry(entryText(entry))).toEqual(entry));

  it("keeps a value's own key __proto__", () => {
    const text = '["n0@1",1,{"__proto__":{"a":1}}]';
    const entry = parseEntry(text);
    expect(entry !== undefined && !isLife(entry) && entryText(entry)).toBe(text);
  });
});

describe("the incarnation of a member that an entry shows", () => {
  const record = (author: string): Entry => ({ author, number: 1, value: 1 });

  it.each<[number, string, Entry]>([
    [7, "the start of a life", { format: 3, member: "n0", incarnation: 7 }],
    [7, "its own value", record("n0@7")],
    [0, "a value of another member", record("n1@7")],
    [0, "a value of a member with a longer name", record("n0@7@8")],
    [0, "a value of another member whose name begins with its name", record("n01@7")],
    [0, "an author that is spelled in another way", record("n0@07")],
    [0, "a value without an incarnation", record("n0@")],
    [2 ** 52, "the largest plausible one", record(`n0@${2 ** 52}`)],
    [0, "a larger one", record(`n0@${2 ** 52 + 1}`)],
    [0, "no forgotten value", { gone: [] }],
    [
      9,
      "forgotten values",
      {
        gone: [
          ["n0@3", 1, 1],
          ["n0@9", 1, 1],
          ["n1@12", 1, 1],
        ],
      },
    ],
  ])("is %j for %s", (incarnation, _, entry) => expect(incarnationShown(entry, "n0")).toBe(incarnation));
});
