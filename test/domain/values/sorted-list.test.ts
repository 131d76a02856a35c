import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedList } from "../../../src/domain/values/sorted-list.js";

const numbers = (...items: readonly number[]) => {
  const list = new SortedList<number>((one, other) => one - other);
  for (const item of items) list.add(item);
  return list;
};

describe("SortedList", () => {
  it("stays sorted, whatever is added and removed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.array(fc.nat(20)), (added, removed) => {
        const list = numbers(...added);
        const model = [...added];
        for (const item of removed) {
          list.remove(item);
          if (model.includes(item)) model.splice(model.indexOf(item), 1);
        }
        model.sort((one, other) => one - other);
        expect(list.values()).toEqual(model);
        expect(list.length).toBe(model.length);
        expect(model.map((_, index) => list.at(index))).toEqual(model);
        const items = [...Array(22).keys()];
        expect(items.map((item) => list.indexOf(item))).toEqual(
          items.map((item) => model.filter((other) => other < item).length),
        );
      }),
    );
  });

  it("has nothing beyond its ends", () => {
    expect([numbers(1, 2).at(2), numbers().at(0)]).toEqual([undefined, undefined]);
  });
});
