import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actorOf, type DotRange } from "../../../src/domain/values/dot.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const author = fc.constantFrom("n0@1", "n0@2", "n1@1", "__proto__@1", "a@b@1");
const run: fc.Arbitrary<DotRange> = fc.tuple(author, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }));
const operations = fc.array(fc.tuple(fc.constantFrom("add", "add", "remove"), run), { maxLength: 30 });
type Operations = [string, DotRange][];

const dotsOf = (runs: Iterable<DotRange>): string[] =>
  [...runs].flatMap(([by, first, count]) => Array.from({ length: count }, (_, index) => `${by}#${first + index}`));

function perform(list: Operations): { vector: VersionVector; model: Set<string> } {
  const vector = new VersionVector();
  const model = new Set<string>();
  for (const [operation, run] of list) {
    if (operation === "add") {
      const before = model.size;
      for (const dot of dotsOf([run])) model.add(dot);
      expect(vector.add(run)).toBe(model.size > before);
    } else {
      vector.remove(run);
      for (const dot of dotsOf([run])) model.delete(dot);
    }
  }
  return { vector, model };
}

const sorted = (dots: Iterable<string>): string[] => [...dots].sort();
const twoVectors = fc.tuple(operations, operations).map(([one, other]) => [perform(one), perform(other)] as const);

describe("VersionVector", () => {
  it("holds what a plain set of dots would hold", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { vector, model } = perform(list);
        expect(sorted(dotsOf(vector.ranges()))).toEqual(sorted(model));
        for (const by of ["n0@1", "n1@1", "never@1"]) {
          const numbers = [...model].filter((dot) => dot.startsWith(`${by}#`)).map((dot) => Number(dot.split("#")[1]));
          expect(vector.max(by)).toBe(Math.max(0, ...numbers));
          for (let number = 1; number <= 36; number++)
            expect(vector.has(by, number)).toBe(model.has(`${by}#${number}`));
        }
      }),
    );
  });

  it("tells what another vector lacks, what both hold, and whether it covers the other", () => {
    fc.assert(
      fc.property(twoVectors, ([a, b]) => {
        expect(sorted(dotsOf(a.vector.without(b.vector)))).toEqual(sorted(a.model).filter((dot) => !b.model.has(dot)));
        expect(sorted(dotsOf(a.vector.meet(b.vector).ranges()))).toEqual(
          sorted(a.model).filter((dot) => b.model.has(dot)),
        );
        expect(a.vector.covers(b.vector)).toBe([...b.model].every((dot) => a.model.has(dot)));
      }),
    );
  });

  it("holds the dots of both after a merge, and leaves the other as it is", () => {
    fc.assert(
      fc.property(twoVectors, ([a, b]) => {
        a.vector.merge(b.vector);
        expect(sorted(dotsOf(a.vector.ranges()))).toEqual(sorted(new Set([...a.model, ...b.model])));
        expect(sorted(dotsOf(b.vector.ranges()))).toEqual(sorted(b.model));
      }),
    );
  });

  it("survives the wire", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { vector, model } = perform(list);
        const copy = VersionVector.fromWire(JSON.parse(JSON.stringify(vector.toWire())));
        expect(sorted(dotsOf(copy.ranges()))).toEqual(sorted(model));
      }),
    );
  });

  it("picks out a member's own dots, of all its lives and of nobody with a similar name", () => {
    const vector = VersionVector.fromWire([
      [actorOf("n1", 1), [[1, 3]]],
      [actorOf("n1", 2), [[1, 1]]],
      [actorOf("n11", 1), [[1, 1]]],
      [actorOf("n1@1", 1), [[1, 1]]],
    ]);
    expect(dotsOf(vector.ofMember("n1").ranges())).toEqual(["n1@1#1", "n1@1#2", "n1@1#3", "n1@2#1"]);
  });

  it("takes a forged range up to the largest safe integer without counting through it", () => {
    const forged = VersionVector.fromWire([["n0@1", [[1, Number.MAX_SAFE_INTEGER]]]]);
    const honest = VersionVector.fromWire([["n0@1", [[1, 3]]]]);
    expect(forged.covers(honest)).toBe(true);
    expect(dotsOf(forged.meet(honest).ranges())).toEqual(["n0@1#1", "n0@1#2", "n0@1#3"]);
    expect([...honest.without(forged)]).toEqual([]);
  });
});
