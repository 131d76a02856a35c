import { describe, expect, it } from "vitest";
import { ValueLog } from "../../../src/domain/values/value-log.js";

describe("ValueLog", () => {
  it("numbers a client's values from 1, each value once", () => {
    const log = new ValueLog("n0@1");
    expect([log.accept("a", 0), log.accept("b", 0), log.accept("a", 0)]).toEqual([true, true, false]);
    expect([...log.known.ranges()]).toEqual([["n0@1", 1, 2]]);
    expect([...log.valuesOf(["n0@1", 2, 1])]).toEqual(["b"]);
  });

  it("learns each dot once, and tells which were new", () => {
    const log = new ValueLog("n0@1");
    log.merge([["n1@1", 1, 2]], ["a", "b"], [10]);
    expect(log.merge([["n1@1", 1, 3]], ["a", "b", "c"], [5])).toEqual([["n1@1", 3, 1]]);
    expect(log.values()).toEqual(["a", "b", "c"]);
  });

  it("keeps one value of two dots with the same content, and both dots", () => {
    const log = new ValueLog("n0@1");
    log.accept("a", 0);
    log.merge([["n1@1", 1, 1]], ["a"], [0]);
    expect(log.values()).toEqual(["a"]);
    expect([...log.known.ranges()]).toEqual([
      ["n0@1", 1, 1],
      ["n1@1", 1, 1],
    ]);
  });

  it("lets nobody else number values in its name: the next one would have no number left", () => {
    const log = new ValueLog("n0@1");
    expect(log.merge([["n0@1", Number.MAX_SAFE_INTEGER - 1, 1]], ["forged"], [0])).toEqual([]);
    log.accept("a", 0);
    expect([...log.known.ranges()]).toEqual([["n0@1", 1, 1]]);
  });

  it("tells when the oldest of some values was accepted", () => {
    const log = new ValueLog("n0@1");
    log.accept("a", 30);
    log.merge(
      [
        ["n1@1", 1, 1],
        ["n2@1", 1, 1],
      ],
      ["b", "c"],
      [10, 20],
    );
    expect(log.oldest(log.known.ranges())).toBe(10);
    expect(log.oldest([])).toBe(Number.POSITIVE_INFINITY);
    expect(() => [...log.valuesOf(["n1@1", 2, 1])]).toThrow(RangeError);
  });
});
