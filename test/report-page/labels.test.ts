import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gutterFor, type LineLabel, placeLabels, shortened } from "../../src/report-page/labels.js";

/** Every letter is ten pixels wide. */
const measure = (text: string) => 10 * [...text].length;

describe("a name that is too long", () => {
  it("keeps its beginning and its end", () => {
    expect(shortened("n12", 30, measure)).toBe("n12");
    expect(shortened("warehouse-frankfurt-12", 90, measure)).toBe("ware…t-12");
    expect(shortened("warehouse", 5, measure)).toBe("…");
  });

  it("never takes more space than there is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 10, max: 300 }), (name, room) => {
        expect(measure(shortened(name, room, measure))).toBeLessThanOrEqual(room);
      }),
    );
  });

  it("gets no more than about a third of the picture", () => {
    expect(gutterFor(["n1"], 300, 44, measure)).toBe(44);
    expect(gutterFor(["partition"], 300, 44, measure)).toBe(100);
    expect(gutterFor(["a-very-long-name-of-a-node"], 300, 44, measure)).toBe(105);
  });
});

describe("labels of vertical lines", () => {
  /** The spans of the labels, and the number of those that a line crosses. */
  function placed(lines: readonly LineLabel[], from: number, to: number) {
    const places = placeLabels(lines, from, to);
    expect(places.map(({ row }) => row).toSorted((one, other) => one - other)).toEqual([...lines.keys()]);
    const spans = places.map(({ side, row }, index) => {
      const { x, width } = lines[index] as LineLabel;
      return side === "left" ? { row, from: x - width, to: x } : { row, from: x, to: x + width };
    });
    const crossed = spans.filter((span) =>
      lines.some(({ x }, index) => (spans[index]?.row ?? 0) < span.row && x > span.from && x < span.to),
    );
    return { spans, crossed };
  }

  it("cross no line and stay inside on a phone, where some are nearly half as wide as the picture", () => {
    const lines = [
      { x: 165, width: 85 },
      { x: 170, width: 138 },
      { x: 285, width: 80 },
      { x: 300, width: 80 },
      { x: 306, width: 105 },
      { x: 325, width: 145 },
    ];
    const { spans, crossed } = placed(lines, 0, 342);
    expect(crossed).toEqual([]);
    for (const span of spans) expect(span.from >= 0 && span.to <= 342).toBe(true);
  });

  it("never cross a line, for any positions of up to six lines", () => {
    const line = fc.record({ x: fc.integer({ min: 0, max: 300 }), width: fc.integer({ min: 20, max: 150 }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        expect(placed(lines, 0, 300).crossed).toEqual([]);
      }),
    );
  });
});
