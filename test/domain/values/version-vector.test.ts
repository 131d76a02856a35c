import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTORS } from "../../../src/domain/values/actor-table.js";
import { actorOf, type DotRange } from "../../../src/domain/values/dot.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const author = fc.constantFrom("n0@1", "n0@2", "n1@1", "__proto__@1", "a@b@1");
/** Numbers around this one do not fit into 31 bits. */
const LARGE = 2 ** 31;
const first = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 1, arbitrary: fc.integer({ min: LARGE - 4, max: LARGE + 4 }) },
);
const run: fc.Arbitrary<DotRange> = fc.tuple(author, first, fc.integer({ min: 1, max: 6 }));
/** Numbers of few actors that lie apart, so that there are gaps, and removals leave nothing. */
const short: fc.Arbitrary<DotRange> = fc.tuple(
  fc.constantFrom("n0@1", "n1@1"),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 3 }),
);
const operations = fc.oneof(
  fc.array(fc.tuple(fc.constantFrom("add", "add", "remove"), run), { maxLength: 30 }),
  fc.array(fc.tuple(fc.constantFrom("add", "remove"), short), { maxLength: 15 }),
);
type Operations = [string, DotRange][];

const dotsOf = (runs: Iterable<DotRange>): string[] =>
  [...runs].flatMap(([by, first, count]) => {
    expect(count).toBeGreaterThan(0);
    return Array.from({ length: count }, (_, index) => `${by}#${first + index}`);
  });

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
          const near = Array.from({ length: 36 }, (_, index) => index + 1);
          const tried = [...near, ...near.map((number) => LARGE - 10 + number)];
          expect(tried.filter((number) => vector.has(by, number))).toEqual(
            tried.filter((number) => model.has(`${by}#${number}`)),
          );
        }
        expect(vector.isEmpty).toBe(model.size === 0);
        expect(vector.actorCount).toBe(new Set([...model].map((dot) => dot.split("#")[0])).size);
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
        expect(a.vector.covers(b.vector)).toBe(true);
        expect(sorted(dotsOf(a.vector.ranges()))).toEqual(sorted(new Set([...a.model, ...b.model])));
        expect(sorted(dotsOf(b.vector.ranges()))).toEqual(sorted(b.model));
      }),
    );
  });

  it("lacks the dots of another vector after a subtraction, and leaves the other as it is", () => {
    fc.assert(
      fc.property(twoVectors, ([a, b]) => {
        a.vector.subtract(b.vector);
        expect(sorted(dotsOf(a.vector.ranges()))).toEqual(sorted(a.model).filter((dot) => !b.model.has(dot)));
        expect(sorted(dotsOf(b.vector.ranges()))).toEqual(sorted(b.model));
      }),
    );
  });

  it("is empty once all ranges of its actors are removed at once", () => {
    const vector = VersionVector.of([
      ["n0@1", 1, 1],
      ["n1@1", 1, 1],
      ["n0@1", 3, 1],
      ["n1@1", 5, 2],
    ]);
    vector.remove(["n1@1", 1, 9]);
    expect([vector.actorCount, vector.max("n1@1")]).toEqual([1, 0]);
    vector.remove(["n0@1", 1, 3]);
    expect([vector.isEmpty, [...vector.ranges()]]).toEqual([true, []]);
    vector.add(["n1@1", 4, 1]);
    expect([...vector.ranges()]).toEqual([["n1@1", 4, 1]]);
  });

  it.each<[string, DotRange[]]>([
    ["a range", [["n0@1", 1, 3]]],
    [
      "gaps",
      [
        ["n0@1", 1, 1],
        ["n0@1", 3, 1],
      ],
    ],
  ])("has no more to do with an actor whose dots were removed (%s)", (_, gone) => {
    const remaining: readonly DotRange[] = [["n1@1", 1, 1]];
    const [vector, other] = [remaining, [["n2@1", 1, 1]] as const].map((remaining) => {
      const vector = VersionVector.of([...gone, ...remaining]);
      vector.remove(["n0@1", 1, 3]);
      return vector;
    }) as [VersionVector, VersionVector];
    expect(vector.meet(other).actorCount).toBe(0);
    vector.subtract(other);
    expect([vector.actorCount, [...vector.ranges()]]).toEqual([1, remaining]);
  });

  it("is independent of its copy", () => {
    fc.assert(
      fc.property(operations, run, run, (list, added, removed) => {
        const { vector, model } = perform(list);
        const copy = vector.copy();
        expect([...copy.ranges()]).toEqual([...vector.ranges()]);
        copy.add(added);
        copy.remove(removed);
        expect(sorted(dotsOf(vector.ranges()))).toEqual(sorted(model));
        vector.add(removed);
        const gone = new Set(dotsOf([removed]));
        expect(sorted(dotsOf(copy.ranges()))).toEqual(
          sorted(new Set([...model, ...dotsOf([added])])).filter((dot) => !gone.has(dot)),
        );
      }),
    );
  });

  it("covers a range exactly if it holds every number of it", () => {
    fc.assert(
      fc.property(operations, run, (list, range) => {
        const { vector, model } = perform(list);
        const [actor, first, count] = range;
        const isCovered = vector.coversRange(ACTORS.add(actor), first, first + count - 1);
        expect(isCovered).toBe(dotsOf([range]).every((dot) => model.has(dot)));
      }),
    );
  });

  it("has as few ranges as possible, on the wire as well", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { vector, model } = perform(list);
        const starts = [...model].filter((dot) => {
          const [by, number] = dot.split("#");
          return !model.has(`${by}#${Number(number) - 1}`);
        });
        expect([...vector.ranges()]).toHaveLength(starts.length);
        const wire = vector.toWire();
        expect(wire.flatMap(([, ranges]) => ranges)).toHaveLength(starts.length);
        expect(wire).toHaveLength(vector.actorCount);
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

  it("does not remember an actor whose list of ranges on the wire is empty", () => {
    // The table of actors outlives the test.
    let incarnation = 1;
    while (ACTORS.find(actorOf("without-numbers", incarnation)) !== undefined) incarnation++;
    const actor = actorOf("without-numbers", incarnation);
    expect(VersionVector.fromWire([[actor, []]]).isEmpty).toBe(true);
    expect(ACTORS.find(actor)).toBeUndefined();
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

  it("keeps the order in which actors came, however small the other vector is", () => {
    const actors = Array.from({ length: 40 }, (_, index) => actorOf(`order-${(index * 7) % 40}`, 1));
    const vector = VersionVector.of(actors.map((actor) => [actor, 1, 5]));
    vector.remove([actors[3] as string, 1, 5]);
    const others = [30, 3, 20, 10].map((index) => actors[index] as string);
    for (const size of [4, 40]) {
      const other = VersionVector.of([...others, ...actors.toReversed()].slice(0, size).map((actor) => [actor, 2, 9]));
      const both = [...vector.meet(other).ranges()];
      const expected = actors.filter((actor, index) => index !== 3 && (size === 40 || others.includes(actor)));
      if (size === 4) expect(both).toEqual(expected.map((actor) => [actor, 2, 4]));
      expect(both.map(([actor]) => actor)).toEqual(expected.filter((actor) => other.has(actor, 2)));
    }
    for (const incarnation of [1, 2, 3]) ACTORS.add(actorOf("lives", incarnation));
    const lives = VersionVector.of([2, 1, 3].map((incarnation) => [actorOf("lives", incarnation), 1, 1]));
    expect([...lives.ofMember("lives").ranges()].map(([actor]) => actor)).toEqual(["lives@2", "lives@1", "lives@3"]);
  });

  it("takes a forged range up to the largest safe integer without counting through it", () => {
    const forged = VersionVector.fromWire([["n0@1", [[1, Number.MAX_SAFE_INTEGER]]]]);
    const honest = VersionVector.fromWire([["n0@1", [[1, 3]]]]);
    expect(forged.covers(honest)).toBe(true);
    expect(dotsOf(forged.meet(honest).ranges())).toEqual(["n0@1#1", "n0@1#2", "n0@1#3"]);
    expect([...honest.without(forged)]).toEqual([]);
  });
});
