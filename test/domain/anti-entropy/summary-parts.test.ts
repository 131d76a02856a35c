import { describe, expect, it } from "vitest";
import { bySpan, describe as describeSpans, pack } from "../../../src/domain/anti-entropy/summary.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ALL_DOTS, type DotSpan, inOrder, partsIn } from "../../../src/domain/values/dot-spans.js";
import { wireSize } from "../../../src/domain/values/vector-chunks.js";

/** Dots whose list takes so many bytes, or some more. */
function dotsOf(bytes: number): readonly DotRange[] {
  const dots: DotRange[] = [];
  for (let left = bytes; left > 0; left -= wireSize(dots.at(-1) as DotRange))
    dots.push([`n${dots.length}@1838492391000000`, 1, 7]);
  return inOrder(dots);
}

const partsOf = (dots: readonly DotRange[], room?: number, spans: readonly DotSpan[] = [ALL_DOTS]) =>
  describeSpans(spans, { all: dots, settled: dots }, 7, room);

/** The number of ranges in each part of a span that is divided. */
const sizesOf = (dots: readonly DotRange[]) => partsOf(dots).map(({ span }) => partsIn(dots, span).length);

describe("A span of a summary", () => {
  it.each([
    ["is listed if the list takes up to 1,024 bytes", 980, 1],
    ["is divided into one part per 256 bytes otherwise", 1_240, 5],
    ["is divided into 16 parts at most", 20_000, 16],
  ])("%s", (_, bytes, parts) => {
    expect(partsOf(dotsOf(bytes))).toHaveLength(parts);
  });

  it("is listed if the list takes exactly 1,024 bytes, and not if it takes one more", () => {
    const partsAt = (bytes: number) => {
      const first: DotRange = ["a", 1, 7];
      const rest = bytes - wireSize(first) - wireSize(["", 1, 7]);
      return partsOf([first, ["b".repeat(rest), 1, 7]]).map(({ known }) => typeof known);
    };
    expect([partsAt(1_024), partsAt(1_025)]).toEqual([["object"], ["number", "number"]]);
  });

  it("is listed if it has a single range, however long", () => {
    const dots: DotRange[] = [["n".repeat(2_000), 1, 7]];
    expect(partsOf(dots)).toEqual([{ span: ALL_DOTS, known: [["n".repeat(2_000), [[1, 7]]]] }]);
    const two: DotRange[] = [...dots, [`${"n".repeat(2_000)}o`, 1, 7]];
    expect(partsOf(two).map(({ known }) => typeof known)).toEqual(["number", "number"]);
  });

  it("is divided into parts with as many ranges each, also if ids are prefixes of others", () => {
    const authors = Array.from({ length: 64 }, (_, index): DotRange => ["n".repeat(20 + index), 1, 7]);
    expect(sizesOf(inOrder(authors))).toEqual(Array(16).fill(4));
  });

  it("is divided between the values of one author as well", () => {
    const gaps = Array.from({ length: 800 }, (_, index): DotRange => ["n0@1838492391000000", 1 + 2 * index, 1]);
    const sizes = sizesOf(gaps);
    expect(sizes.length).toBeGreaterThan(1);
    expect(new Set(sizes)).toEqual(new Set([800 / sizes.length]));
  });
});

describe("The parts of several spans", () => {
  /** Ids that differ only at their ends, so each place between two of them is as long as they are. */
  const authors = (length: number) =>
    Array.from({ length: 160 }, (_, index): DotRange => [`n${String(index).padStart(length, "-")}`, 1, 7]);
  const spansOf = (dots: readonly DotRange[]): DotSpan[] => [
    [null, [(dots[60] as DotRange)[0], 1]],
    [[(dots[100] as DotRange)[0], 1], null],
  ];

  it.each([40, 80, 120])("fit into one message if ids have %i characters, and use its room", (length) => {
    const dots = inOrder([...authors(length), ["short", 1, 7]]);
    for (const spans of [[ALL_DOTS], spansOf(dots)])
      for (let room = 700; room < 2_600; room += 190) {
        const parts = partsOf(dots, room, spans);
        expect([...pack(parts, room)]).toHaveLength(1);
        // Each span leaves one part of room for its ends, and less than two are lost by rounding.
        const each = parts.length / spans.length;
        if (each > 2 && each < 14) expect((each + 3) * spans.length * (length + 1 + 2 + 22 + 17)).toBeGreaterThan(room);
      }
  });
});

it("Sections are put in the order of their spans", () => {
  const section = (from: DotSpan[0], to: DotSpan[1]) => ({ span: [from, to] as DotSpan, known: 5 });
  const ordered = [
    section(null, ["a", 1]),
    section(["a", 2], ["b", 1]),
    section(["b", 1], ["c", 1]),
    section(["d", 1], null),
  ];
  const [first, second, third, fourth] = ordered as [never, never, never, never];
  for (const shuffled of [
    [fourth, third, second, first],
    [second, first, fourth, third],
    [third, fourth, first, second],
  ])
    expect([...shuffled].sort(bySpan)).toEqual(ordered);
});
