import { describe, expect, it } from "vitest";
import { SegmentContents } from "../../../src/adapters/journal-file/segment-contents.js";
import { recordsOf } from "./support.js";

/** Segments 1, 2 and 3 with ten values of one author each. */
function threeSegments() {
  const contents = new SegmentContents();
  for (const segment of [1, 2, 3]) contents.note(segment, recordsOf(`n${segment}@1`, 10));
  return contents;
}

describe("the contents of segments", () => {
  it("are empty for a segment all of whose values were forgotten, unless it is the current one or a later one", () => {
    const contents = threeSegments();
    expect(contents.emptyBefore(3)).toEqual([]);
    contents.forget([["n2@1", 1, 9]]);
    expect(contents.emptyBefore(3)).toEqual([]);
    contents.forget([["n2@1", 10, 1]]);
    expect(contents.emptyBefore(3)).toEqual([2]);
    expect(contents.emptyBefore(2)).toEqual([]);
    contents.forget([
      ["n1@1", 1, 10],
      ["n3@1", 1, 10],
    ]);
    expect(contents.emptyBefore(3)).toEqual([1, 2]);
    contents.drop(1);
    expect(contents.emptyBefore(3)).toEqual([2]);
  });

  it("include a segment without values", () => {
    const contents = threeSegments();
    contents.note(4, []);
    expect(contents.emptyBefore(5)).toEqual([4]);
  });

  it("show which forgotten values the segments do not have", () => {
    const contents = threeSegments();
    expect(contents.forget([])).toBe(false);
    expect(contents.forget([["n1@1", 3, 4]])).toBe(false);
    expect(
      contents.forget([
        ["n1@1", 1, 2],
        ["n2@1", 5, 5],
      ]),
    ).toBe(false);
    expect(contents.forget([["n2@1", 10, 2]])).toBe(true);
    expect(contents.forget([["n9@1", 1, 1]])).toBe(true);
    expect(contents.gone).toEqual([
      ["n1@1", 1, 6],
      ["n2@1", 5, 7],
      ["n9@1", 1, 1],
    ]);
  });

  it("count the values that are still needed", () => {
    const contents = threeSegments();
    expect(contents.neededCount).toBe(30);
    contents.forget([
      ["n1@1", 1, 10],
      ["n2@1", 4, 2],
    ]);
    expect(contents.neededCount).toBe(18);
    contents.drop(3);
    expect(contents.neededCount).toBe(8);
  });

  it("do not need a record again that is written after it was forgotten", () => {
    const contents = threeSegments();
    contents.forget([["n5@1", 1, 3]]);
    contents.note(1, recordsOf("n5@1", 4));
    expect(contents.neededCount).toBe(31);
    contents.note(1, recordsOf("n6@1", 1));
    expect(contents.neededCount).toBe(32);
  });
});
