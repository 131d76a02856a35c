import { describe, expect, it } from "vitest";
import { latest } from "../../../src/domain/batching/latest.js";

describe("latest", () => {
  it("computes again only if an argument is another one, or if the result was forgotten", () => {
    const computed: unknown[] = [];
    const sum = latest((list: readonly number[], more: number) => {
      computed.push([list, more]);
      return list.reduce((one, other) => one + other, more);
    });
    const [one, same] = [
      [1, 2],
      [1, 2],
    ];
    expect([sum(one, 3), sum(one, 3)]).toEqual([6, 6]);
    expect(computed).toHaveLength(1);
    expect(sum(one, 4)).toBe(7);
    expect(sum(same, 4)).toBe(7);
    expect(computed).toHaveLength(3);
    sum.forget();
    expect(sum(same, 4)).toBe(7);
    expect(computed).toHaveLength(4);
  });

  it("computes once what needs no arguments", () => {
    let computed = 0;
    const count = latest(() => ++computed);
    expect([count(), count()]).toEqual([1, 1]);
  });
});
