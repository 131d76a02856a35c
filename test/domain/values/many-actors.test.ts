import { describe, expect, it } from "vitest";
import { ACTORS } from "../../../src/domain/values/actor-table.js";
import { actorOf, type DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

// Vectors of more than 24 actors keep them in an array of 32-bit integers, whose free cells hold 0.

// The table has a first actor before the tests below, so that it is none of their many.
ACTORS.add("n0@1");
/** The actor whose number in the table is 0. */
const ZERO = ACTORS.idOf(0);

/** The first dot of each of these many actors. */
function firstDots(count: number): DotRange[] {
  return Array.from({ length: count }, (_, index) => [actorOf(`many-${index}`, 1), 1, 1]);
}

describe("vectors of many actors", () => {
  const BITS_31 = 2 ** 31;
  const few: DotRange = ["few@1", 1, 1];

  it.each<[string, DotRange[], DotRange[], DotRange]>([
    ["at once", [["few@1", BITS_31, 2]], [], ["few@1", BITS_31, 2]],
    [
      "after smaller ones",
      [
        ["few@1", BITS_31 - 1, 1],
        ["few@1", BITS_31, 2],
      ],
      [],
      ["few@1", BITS_31 - 1, 3],
    ],
    ["and stay when smaller ones go", [few, ["few@1", BITS_31, 2]], [few], ["few@1", BITS_31, 2]],
  ])("hold numbers of more than 31 bits that come %s", (_, added, removed, expected) => {
    const vector = VersionVector.of([...firstDots(30), ...added]);
    for (const range of removed) vector.remove(range);
    expect([...vector.ranges()]).toEqual([...firstDots(30), expected]);
    expect(vector.max("few@1")).toBe(BITS_31 + 1);
  });

  it("have each dot in common once", () => {
    const dots: DotRange[] = [[ZERO, 1, 1], ...firstDots(120)];
    const common = dots.slice(0, 25);
    expect([...VersionVector.of(dots).meet(VersionVector.of(common)).ranges()]).toEqual(common);
  });
});

describe("a log of values of many actors", () => {
  it("lists the latest arrivals, however many came", () => {
    const log = new ValueLog("own@1");
    log.merge([[ZERO, 1, 1]], ["earlier"], [0]);
    const dots = firstDots(40);
    for (const [index, dot] of dots.entries()) {
      log.merge([dot], [index], [0]);
      expect(log.arrivedSince(1)).toEqual(dots.slice(0, index + 1));
    }
  });
});
