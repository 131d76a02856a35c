import { describe, expect, it } from "vitest";
import { perObject } from "../../../src/domain/values/per-object.js";

describe("perObject", () => {
  it("computes once per object, not per content", () => {
    const computed: unknown[] = [];
    const lengthOf = perObject((list: readonly string[]) => {
      computed.push(list);
      return [list.length];
    });
    const [one, other] = [["a"], ["a"]];
    const result = lengthOf(one);
    expect(result).toEqual([1]);
    expect([lengthOf(one) === result, lengthOf(other) === result]).toEqual([true, false]);
    expect(computed).toHaveLength(2);
  });
});
