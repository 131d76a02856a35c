import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bySpan,
  describe as describeSpans,
  joinLists,
  pack,
  sectionsOf,
} from "../../../src/domain/anti-entropy/summary.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ALL_DOTS, type DotSpan, DotSpans, inOrder, partsIn } from "../../../src/domain/values/dot-spans.js";
import { fingerprint } from "../../../src/domain/values/fingerprint.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const actor = fc
  .tuple(fc.constantFrom("n", "é", '"', "\u{1F511}"), fc.nat(500), fc.nat(3))
  .map(([head, index, life]) => `${head}${index}@183849239100000${life}`);
const range = fc.tuple(actor, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }));
const dots = fc
  .array(range, { maxLength: 400 })
  .map((ranges) => inOrder(VersionVector.of(ranges as unknown as DotRange[]).ranges()));
const ROOM = 1_200;

/** The messages about everything that a node with these dots sends. */
const messagesOf = (all: readonly DotRange[], room = ROOM) => [
  ...pack(joinLists(describeSpans([ALL_DOTS], { all, settled: all }, 7, room).sort(bySpan)), room),
];

describe("a summary", () => {
  it("fits into its room, covers every dot once, and is right about each span", () => {
    fc.assert(
      fc.property(dots, fc.integer({ min: 200, max: ROOM }), (all, room) => {
        const covered = new DotSpans();
        for (const content of messagesOf(all, room)) {
          expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(room + 30);
          for (const { span, known } of sectionsOf(content)) {
            const ranges = partsIn(all, span);
            if (typeof known === "number") expect(known).toBe(fingerprint(ranges, 7));
            else expect(inOrder(VersionVector.fromWire(known).ranges())).toEqual(ranges);
            covered.add(span);
          }
        }
        expect(covered.isAll).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("is one message, however long the ids of authors are", () => {
    for (const length of [10, 80, 150])
      for (const authors of [40, 400]) {
        const all = Array.from({ length: authors }, (_, index): DotRange => [`n${index}`.padEnd(length, "-"), 1, 7]);
        expect(messagesOf(inOrder(all), 1_000)).toHaveLength(1);
      }
  });

  it("costs what differs, not what there is: about as much for 10,000 authors as for 1,000", () => {
    const bytes = [1_000, 10_000].map((count) => {
      const all = Array.from({ length: count }, (_, index): DotRange => [`n${index}@1838492391000000`, 1, 7]);
      return JSON.stringify(messagesOf(inOrder(all))).length;
    });
    expect(bytes[0]).toBeLessThan(1_000);
    expect(bytes[1]).toBeLessThan(1_000);
  });
});

describe("the lists of a summary", () => {
  const [a, b, c] = [
    ["a@1", 1],
    ["b@1", 1],
    ["c@1", 1],
  ] as const;
  const list = (span: DotSpan, actor: string) => ({ span, known: [[actor, [[1, 1]]]] as const });

  it("are joined where they follow one another, and only there", () => {
    const print = { span: [c, ["d@1", 1]], known: 5 } as const;
    const sections = [list([null, a], "Z@1"), list([a, b], "a@1"), list([c, null], "c@1")];
    expect(joinLists(sections)).toEqual([
      {
        span: [null, b],
        known: [
          ["Z@1", [[1, 1]]],
          ["a@1", [[1, 1]]],
        ],
      },
      list([c, null], "c@1"),
    ]);
    expect(joinLists([list([b, c], "b@1"), print, list([["d@1", 1], null], "d@1")])).toHaveLength(3);
    expect(joinLists([])).toEqual([]);
  });

  it("are cut where a message is full, and say the same", () => {
    const all = inOrder(Array.from({ length: 300 }, (_, index): DotRange => [`n${index}@1838492391000000`, 3, 7]));
    const room = 600;
    const messages = [
      ...pack([list([null, a], "Z@1"), { span: [a, null], known: VersionVector.of(all).toWire() }], room),
    ];
    const read = messages.flatMap((content) => [...sectionsOf(content)]);
    for (const content of messages) expect(JSON.stringify(content).length).toBeLessThanOrEqual(room + 30);
    for (const content of messages.slice(0, -1)) expect(JSON.stringify(content).length).toBeGreaterThan(room / 2);
    expect(read[0]).toEqual(list([null, a], "Z@1"));
    const ranges = read.slice(1).flatMap(({ known }) => (typeof known === "number" ? [] : [...known]));
    expect(inOrder(VersionVector.fromWire(ranges).ranges())).toEqual(all);
    for (const [index, { span }] of read.entries())
      expect(span[0]).toEqual(index === 0 ? null : read[index - 1]?.span[1]);
    expect(read.at(-1)?.span[1]).toBeNull();
  });

  it("are sent even if one range alone is too long", () => {
    const long = `${"n".repeat(500)}@1`;
    const messages = [...pack([list([null, null], long)], 100)];
    expect(messages).toEqual([{ places: [null, null], known: [[[long, [[1, 1]]]]] }]);
  });
});

describe("the fingerprints of a summary", () => {
  it("fill their messages", () => {
    const place = (index: number) => [`n${1_000 + index}@1838492391000000`, 1] as const;
    const sections = Array.from({ length: 200 }, (_, index) => ({
      span: [place(index), place(index + 1)] as const,
      known: 2 ** 52 + index,
    }));
    const messages = [...pack(sections, ROOM)];
    expect(messages.flatMap(({ known }) => known)).toHaveLength(200);
    for (const content of messages.slice(0, -1)) {
      expect(JSON.stringify(content).length).toBeLessThanOrEqual(ROOM + 30);
      expect(JSON.stringify(content).length).toBeGreaterThan(0.7 * ROOM);
    }
    expect([...pack([], ROOM)]).toEqual([]);
  });

  it("end at places that every encoding carries, no half of a character, and that are short", () => {
    // The first and the last character of two UTF-16 units, and two of one unit.
    const heads = ["n", "p", "\u{10000}", "\u{10FFFF}"];
    const names = heads.flatMap((head) =>
      Array.from({ length: 40 }, (_, index) => `${head}${String(index).padStart(40, "-")}`),
    );
    const all = inOrder(names.map((name): DotRange => [name, 1, 1]));
    const places = messagesOf(all, 4_000).flatMap((content) => content.places.flatMap((place) => place?.[0] ?? []));
    expect(places.length).toBeGreaterThan(10);
    for (const place of places) expect(() => encodeURIComponent(place)).not.toThrow();
    // Between the last name with one head and the first with the next, that head alone is enough.
    expect(places).toEqual(expect.arrayContaining(heads.slice(1)));
  });
});

describe("a fingerprint", () => {
  it("differs for any other dots, and for another salt", () => {
    const seen = new Set<number>();
    let count = 0;
    const note = (ranges: readonly DotRange[], salt = 1) => {
      seen.add(fingerprint(ranges, salt));
      count++;
    };
    note([]);
    for (let number = 1; number <= 20_000; number++) {
      note([["n1@1", 1, number]]);
      note([["n1@1", 1 + number, 1]]);
      note([[`n${number}@1`, 1, 1]]);
      note([["n1@1", 1, 1]], 1 + number);
      note([["n1@1", 1, 2 ** 40 + number]]);
    }
    // [["n1@1", 1, 1]] with salt 1 was noted once too often with [["n1@1", 1, number]] for 1.
    expect(seen.size).toBeGreaterThanOrEqual(count - 2);
    for (const value of seen) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
  });
});

describe("spans of dots", () => {
  const place = fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 6 }));
  const span = fc.tuple(fc.option(place), fc.option(place)).filter(([from, to]) => {
    if (from === null || to === null) return true;
    return from[0] < to[0] || (from[0] === to[0] && from[1] < to[1]);
  });
  const everything: DotRange[] = ["a", "b", "c"].map((name) => [name, 1, 8]);
  const singles = (ranges: Iterable<DotRange>) =>
    [...VersionVector.of(ranges).ranges()].flatMap(([by, first, count]) =>
      Array.from({ length: count }, (_, index) => `${by}${first + index}`),
    );

  it("are the union of what is added, and the rest is outside", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
        const set = new DotSpans(spans as DotSpan[]);
        const union = new Set(spans.flatMap((one) => singles(partsIn(everything, one as DotSpan))));
        const within = singles(set.within(everything));
        const outside = singles(set.outside(everything));
        expect(new Set(within)).toEqual(union);
        expect([...within, ...outside].sort()).toEqual(singles(everything).sort());
        expect(set.isAll).toBe(outside.length === 0 && spans.length > 0 && set.isAll);
      }),
    );
  });

  it("are all dots once their gaps are filled", () => {
    const set = new DotSpans([
      [null, ["b", 2]],
      [["c", 1], null],
    ]);
    expect(set.isAll).toBe(false);
    set.add([
      ["b", 2],
      ["c", 1],
    ]);
    expect(set.isAll).toBe(true);
  });
});
