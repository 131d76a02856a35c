import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DotRange } from "../../../src/domain/values/dot.js";
import {
  ALL_DOTS,
  comparePlaces,
  type DotPlace,
  type DotSpan,
  DotSpans,
  inOrder,
  partsIn,
} from "../../../src/domain/values/dot-spans.js";

const ACTORS = ["a@1", "b@1", "c@1"];
const NUMBERS = 6;
const everything: readonly DotRange[] = ACTORS.map((actor) => [actor, 1, NUMBERS]);
const dotsOf = (ranges: Iterable<DotRange>): string[] =>
  [...ranges].flatMap(([by, first, count]) => Array.from({ length: count }, (_, index) => `${by}#${first + index}`));
const allDots = dotsOf(everything);

/** Places by their position among all dots: `allDots[position]` is the first dot at or after the place. */
const placeAt = (position: number): DotPlace => [
  ACTORS[Math.floor(position / NUMBERS)] as string,
  (position % NUMBERS) + 1,
];
/** A span, and the dots in it. */
const span = fc
  .tuple(fc.nat(allDots.length - 1), fc.integer({ min: 1, max: allDots.length }), fc.boolean())
  .map(([from, length, isOpen]) => {
    const to = from + length;
    const bounds: DotSpan = [isOpen && from === 0 ? null : placeAt(from), to >= allDots.length ? null : placeAt(to)];
    return { bounds, dots: allDots.slice(from, to) };
  });
type Spans = readonly { readonly bounds: DotSpan; readonly dots: readonly string[] }[];
const union = (spans: Spans) => {
  const found = new Set(spans.flatMap(({ dots }) => dots));
  return allDots.filter((dot) => found.has(dot));
};
const sorted = (ranges: Iterable<DotRange>) => dotsOf(ranges).sort();

/** Ranges in order that may have gaps, and may follow one another without any. */
const ordered = fc
  .array(fc.tuple(fc.nat(2), fc.nat(NUMBERS - 1), fc.integer({ min: 1, max: 3 })), { maxLength: 9 })
  .map((list) => {
    const ranges: DotRange[] = [];
    for (const range of inOrder(list.map(([actor, first, count]) => [ACTORS[actor] as string, first + 1, count])))
      if (!ranges.some(([actor, first, count]) => actor === range[0] && first + count > range[1])) ranges.push(range);
    return ranges;
  });

describe("the parts of ordered ranges in a span", () => {
  it("are those that the set of this span holds", () => {
    fc.assert(
      fc.property(ordered, span, (ranges, { bounds }) => {
        expect(partsIn(ranges, bounds)).toEqual([...new DotSpans([bounds]).within(ranges)]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a@1", 5],
    ["a@1", 3],
    [" ", 1],
  ] as const)("are none if the span ends where it begins, or before: %s %d", (...to) => {
    expect(partsIn([["a@1", 1, 6]], [["a@1", 5], to])).toEqual([]);
  });

  it("are found with few looks at the other ranges", () => {
    const ranges = Array.from({ length: 1_024 }, (_, index): DotRange => ["a@1", 1 + 2 * index, 1]);
    let looks = 0;
    const watched = new Proxy(ranges, {
      get: (target, key) => {
        if (key !== "length") looks++;
        return Reflect.get(target, key);
      },
    });
    expect(
      partsIn(watched, [
        ["a@1", 601],
        ["a@1", 605],
      ]),
    ).toEqual([
      ["a@1", 601, 1],
      ["a@1", 603, 1],
    ]);
    // Each end of the span halves the ranges until one is left.
    expect(looks).toBeLessThanOrEqual(2 * (Math.log2(ranges.length) + 1) + 2);
  });

  it("leave the ranges as they are", () => {
    const ranges: readonly DotRange[] = Object.freeze([["a@1", 1, 6]]);
    expect(
      partsIn(ranges, [
        ["a@1", 2],
        ["a@1", 4],
      ]),
    ).toEqual([["a@1", 2, 2]]);
    expect(ranges).toEqual([["a@1", 1, 6]]);
  });
});

describe("DotSpans", () => {
  it("hold the dots of all their spans, once each", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), fc.array(span, { maxLength: 3 }), (some, more) => {
        const spans = new DotSpans(some.map(({ bounds }) => bounds));
        expect(sorted(spans.within(everything))).toEqual(union(some));
        expect(sorted(spans.outside(everything))).toEqual(allDots.filter((dot) => !union(some).includes(dot)));
        expect(spans.isEmpty).toBe(some.length === 0);
        spans.merge(new DotSpans(more.map(({ bounds }) => bounds)));
        expect(sorted(spans.within(everything))).toEqual(union([...some, ...more]));
      }),
    );
  });

  it("touch ranges exactly if a dot of theirs is in a span", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 3 }), fc.nat(2), fc.nat(5), fc.nat(5), (some, actor, first, more) => {
        const range: DotRange = [ACTORS[actor] as string, first + 1, more + 1];
        const spans = new DotSpans(some.map(({ bounds }) => bounds));
        // Beyond the numbers that the model knows, dots belong to the span that goes on there.
        const count = Math.min(range[2], NUMBERS - first);
        const known: DotRange = [range[0], range[1], count];
        expect(spans.touches([known])).toBe(dotsOf([known]).some((dot) => union(some).includes(dot)));
      }),
    );
  });

  it("hold all dots exactly if no place is left out", () => {
    const middle: DotPlace = ["b@1", 3];
    expect(new DotSpans().isAll).toBe(false);
    expect(new DotSpans([ALL_DOTS]).isAll).toBe(true);
    expect(new DotSpans([[null, middle]]).isAll).toBe(false);
    expect(new DotSpans([[middle, null]]).isAll).toBe(false);
    expect(
      new DotSpans([
        [middle, null],
        [null, middle],
      ]).isAll,
    ).toBe(true);
    expect([...new DotSpans([ALL_DOTS]).outside(everything)]).toEqual([]);
    expect([...new DotSpans().outside(everything)]).toEqual(everything);
  });

  it("hold every number of the actors between their ends, however large", () => {
    const spans = new DotSpans([
      [
        ["a@1", 5],
        ["c@1", 2],
      ],
    ]);
    const most = Number.MAX_SAFE_INTEGER - 1;
    expect([
      ...spans.within([
        ["a@1", 1, most],
        ["b@1", 1, most],
        ["c@1", 1, most],
        ["d@1", 1, most],
        ["Z@1", 1, most],
      ]),
    ]).toEqual([
      ["a@1", 5, most - 4],
      ["b@1", 1, most],
      ["c@1", 1, 1],
    ]);
  });

  it("are as few as possible: spans that touch become one", () => {
    const spans = new DotSpans([
      [
        ["a@1", 1],
        ["a@1", 3],
      ],
      [
        ["a@1", 5],
        ["a@1", 7],
      ],
      [
        ["a@1", 3],
        ["a@1", 5],
      ],
    ]);
    expect([...spans.within([["a@1", 1, 9]])]).toEqual([["a@1", 1, 6]]);
  });
});

describe("the order of all dots", () => {
  it("goes by actor, in the order of UTF-16 units, then by number", () => {
    const ranges: DotRange[] = [
      ["b@1", 10, 1],
      ["é@1", 1, 1],
      ["b@1", 9, 1],
      ["B@1", 1, 1],
    ];
    expect(inOrder(ranges).map(([actor, first]) => `${actor}#${first}`)).toEqual(["B@1#1", "b@1#9", "b@1#10", "é@1#1"]);
    expect(comparePlaces(["b@1", 4], ["b@1", 4])).toBe(0);
  });
});
