import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { vectorChunks, wireSize } from "../../../src/domain/values/vector-chunks.js";
import { VersionVector, type WireVector } from "../../../src/domain/values/version-vector.js";

const size = (vector: WireVector) => Buffer.byteLength(JSON.stringify(vector));
const rangeCount = (vector: WireVector) => vector.reduce((sum, [, ranges]) => sum + ranges.length, 0);

/** Many ranges of a few actors, some of them with ids of more bytes than characters. */
const vector = fc
  .array(fc.tuple(fc.constantFrom("n0@1", "é@12", "𐐷\n@1"), fc.integer({ min: 1, max: 20_000 }), fc.nat(200)), {
    maxLength: 40,
  })
  .map((ranges) => VersionVector.of(ranges.map(([actor, first, more]): DotRange => [actor, first, more + 1])));

describe("vectorChunks", () => {
  it("give each dot once, in vectors that fit unless they are a single range", () => {
    fc.assert(
      fc.property(vector, fc.integer({ min: 20, max: 200 }), (vector, room) => {
        const chunks = [...vectorChunks(vector.ranges(), room)];
        for (const chunk of chunks) if (rangeCount(chunk) > 1) expect(size(chunk)).toBeLessThanOrEqual(room);
        const ranges = chunks.flatMap((chunk) => [...VersionVector.fromWire(chunk).ranges()]);
        expect(ranges).toEqual([...vector.ranges()]);
      }),
    );
  });

  it("are one vector with one entry per actor where there is room, and none if there are no dots", () => {
    const ranges: DotRange[] = [
      ["n0@1", 1, 3],
      ["n0@1", 7, 1],
      ["n1@1", 2, 2],
    ];
    const whole: WireVector = [
      [
        "n0@1",
        [
          [1, 3],
          [7, 7],
        ],
      ],
      ["n1@1", [[2, 3]]],
    ];
    expect([...vectorChunks(ranges, 1_000)]).toEqual([whole]);
    // A closing bracket is counted for each entry, and a comma for each range.
    expect([...vectorChunks(ranges, size(whole) + 3)]).toEqual([whole]);
    expect([...vectorChunks([], 1_000)]).toEqual([]);
  });

  it("fill each vector up to the last range that fits", () => {
    const ranges = Array.from({ length: 50 }, (_, index): DotRange => ["n0@1", 10 + 3 * (index % 9), 2]);
    const [first = []] = vectorChunks(ranges, 100);
    expect(size(first)).toBeGreaterThan(100 - size([["n0@1", [[10, 11]]]]));
  });
});

describe("wireSize", () => {
  it("is the size of a range with its actor on the wire, with a comma", () => {
    const ranges: DotRange[] = [
      ["n0@1", 1, 9],
      ["n0@1", 1, 10],
      ["é@12", 99, 2],
    ];
    const alone = ranges.map(([actor, first, count]) => JSON.stringify([[actor, [[first, first + count - 1]]]]));
    // Without the outer brackets, and with a comma after the range and after the entry.
    expect(ranges.map(wireSize)).toEqual(alone.map((json) => Buffer.byteLength(json)));
  });
});
