import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntervalSet } from "../../../src/domain/values/interval-set.js";

const range = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(8))
  .map(([first, more]) => [first, first + more] as const);
/** Numbers that lie apart, so that sets have many ranges, and removals leave gaps and nothing. */
const short = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(2))
  .map(([first, more]) => [first, first + more] as const);
const operations = fc.oneof(
  fc.array(fc.record({ add: fc.boolean(), range }), { maxLength: 40 }),
  fc.array(fc.record({ add: fc.boolean(), range: short }), { maxLength: 20 }),
);

type Operations = { add: boolean; range: readonly [number, number] }[];

/** The same operations on the set and on a plain `Set` of numbers. */
function perform(list: Operations): { set: IntervalSet; model: Set<number> } {
  const set = new IntervalSet();
  const model = new Set<number>();
  for (const { add, range } of list) {
    const [first, last] = range;
    const before = model.size;
    for (let number = first; number <= last; number++) add ? model.add(number) : model.delete(number);
    if (add) expect(set.add(first, last)).toBe(model.size > before);
    else set.remove(first, last);
  }
  return { set, model };
}

const numbersOf = (ranges: Iterable<readonly [number, number]>): number[] =>
  [...ranges].flatMap(([first, last]) => {
    expect(first).toBeLessThanOrEqual(last);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);

describe("IntervalSet", () => {
  it("holds what a plain set of numbers would hold", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { set, model } = perform(list);
        expect(numbersOf(set.ranges())).toEqual(sorted(model));
        const tried = [...Array(71).keys()];
        expect(tried.filter((number) => set.has(number))).toEqual(tried.filter((number) => model.has(number)));
        expect(set.max).toBe(Math.max(0, ...model));
        expect(set.isEmpty).toBe(model.size === 0);
      }),
    );
  });

  it("keeps its ranges sorted, apart and not adjacent, so that its size is that of its gaps", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { set } = perform(list);
        const ranges = [...set.ranges()];
        for (const [index, [first, last]] of ranges.entries()) {
          expect(first).toBeLessThanOrEqual(last);
          if (index > 0) expect(first).toBeGreaterThan((ranges[index - 1]?.[1] as number) + 1);
        }
      }),
    );
  });

  it("tells what another set lacks", () => {
    fc.assert(
      fc.property(operations, operations, (ours, theirs) => {
        const [a, b] = [perform(ours), perform(theirs)];
        expect(numbersOf(a.set.without(b.set))).toEqual(sorted(a.model).filter((number) => !b.model.has(number)));
        expect([...a.set.without(undefined)]).toEqual([...a.set.ranges()]);
      }),
    );
  });

  it("tells what both sets hold, and which ranges it covers", () => {
    fc.assert(
      fc.property(operations, operations, range, (ours, theirs, [first, last]) => {
        const [a, b] = [perform(ours), perform(theirs)];
        expect(numbersOf(a.set.meet(b.set))).toEqual(sorted(a.model).filter((number) => b.model.has(number)));
        expect(a.set.covers(first, last)).toBe(numbersOf([[first, last]]).every((number) => a.model.has(number)));
        expect(a.set.rangeCount).toBe([...a.set.ranges()].length);
      }),
    );
  });

  it("tells what both hold, and what one lacks, where several ranges meet several", () => {
    const [some, others] = [
      new IntervalSet([
        [1, 10],
        [20, 30],
        [40, 40],
      ]),
      new IntervalSet([
        [2, 3],
        [5, 6],
        [10, 20],
        [25, 50],
      ]),
    ];
    expect([...some.meet(others)]).toEqual([
      [2, 3],
      [5, 6],
      [10, 10],
      [20, 20],
      [25, 30],
      [40, 40],
    ]);
    expect([...some.without(others)]).toEqual([
      [1, 1],
      [4, 4],
      [7, 9],
      [21, 24],
    ]);
  });

  it("is rebuilt from its own ranges", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const { set } = perform(list);
        expect([...new IntervalSet(set.ranges()).ranges()]).toEqual([...set.ranges()]);
      }),
    );
  });

  it("costs nothing for a range up to the largest safe integer", () => {
    const set = new IntervalSet([[1, Number.MAX_SAFE_INTEGER]]);
    expect(set.has(2 ** 52)).toBe(true);
    expect(set.add(5, 2 ** 51)).toBe(false);
    set.remove(10, Number.MAX_SAFE_INTEGER - 1);
    expect([...set.ranges()]).toEqual([
      [1, 9],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ]);
  });
});
