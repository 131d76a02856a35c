import { describe, expect, it, vi } from "vitest";
import { Arrivals } from "../../../src/domain/values/arrivals.js";
import { HiddenValues } from "../../../src/domain/values/hidden-values.js";
import { keyOf } from "../../../src/domain/values/value-set.js";

/** Values that arrive and are hidden; an equal value that came before does not count. */
function hiding(...values: readonly string[]) {
  const arrivals = new Arrivals();
  const hidden = new HiddenValues(arrivals);
  const arrive = (value: string, isNew = true) => {
    arrivals.append(0, arrivals.end + 1, value, 0, isNew);
    if (isNew) hidden.add();
  };
  for (const value of values) arrive(value);
  const counts = () => ["a", "b", "c"].map((value) => hidden.count(keyOf(value)));
  return { arrivals, hidden, arrive, counts };
}

describe("HiddenValues", () => {
  it("count how often each value is hidden, as values come and become durable", () => {
    const { hidden, arrive, counts } = hiding("a", "b", "a");
    expect([hidden.size, counts()]).toEqual([3, [2, 1, 0]]);
    arrive("a");
    expect([hidden.size, counts()]).toEqual([4, [3, 1, 0]]);
    hidden.show(2);
    expect([hidden.size, counts()]).toEqual([2, [2, 0, 0]]);
    hidden.show(4);
    expect([hidden.size, counts()]).toEqual([0, [0, 0, 0]]);
  });

  it("do not count values that came before under another dot", () => {
    const { hidden, arrive, counts } = hiding("a", "b");
    arrive("a", false);
    arrive("c");
    expect([hidden.size, counts()]).toEqual([3, [1, 1, 1]]);
    hidden.show(3);
    expect([hidden.size, counts()]).toEqual([1, [0, 0, 1]]);
  });

  it("are counted again only when some come or become durable", () => {
    const { arrivals, hidden, arrive, counts } = hiding("a", "b");
    const looks = vi.spyOn(arrivals, "valueAt");
    counts();
    expect(looks).toHaveBeenCalledTimes(2);
    arrive("c");
    counts();
    expect(looks).toHaveBeenCalledTimes(2 + 3);
    hidden.show(2);
    counts();
    expect(looks).toHaveBeenCalledTimes(2 + 3 + 1);
  });

  it("are the arrivals from the first one that is not durable", () => {
    const { hidden, arrive } = hiding("a", "b");
    arrive("a", false);
    arrive("c");
    expect([hidden.durable, [...hidden.before(3)], [...hidden.before(4)]]).toEqual([0, [0, 1], [0, 1, 3]]);
    hidden.show(2);
    expect([hidden.durable, [...hidden.before(4)]]).toEqual([2, [3]]);
  });
});
