import { describe, expect, it } from "vitest";
import { isNestedDeeperThan } from "../../../src/domain/values/nesting.js";

const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

describe("isNestedDeeperThan", () => {
  it("counts arrays and objects, not what is in them", () => {
    expect(isNestedDeeperThan(1, 0)).toBe(false);
    expect(isNestedDeeperThan([], 0)).toBe(true);
    expect(isNestedDeeperThan([1, "a", null], 1)).toBe(false);
    expect(isNestedDeeperThan([1, { a: [] }], 2)).toBe(true);
    expect(isNestedDeeperThan(JSON.parse('{"__proto__":{"__proto__":{}}}'), 2)).toBe(true);
  });

  it("judges a depth that would overflow the stack", () => {
    expect(isNestedDeeperThan(nested(1_000), 1_000)).toBe(false);
    expect(isNestedDeeperThan(nested(1_001), 1_000)).toBe(true);
    expect(isNestedDeeperThan(nested(1_000_000), 1_000)).toBe(true);
  });
});
