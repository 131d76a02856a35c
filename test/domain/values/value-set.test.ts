import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/values/canonical-json.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { ValueSet } from "../../../src/domain/values/value-set.js";

const parse = (json: string) => JSON.parse(json) as JsonValue;
/** Values as they come off the wire, `__proto__` among the keys. */
const jsonValue = fc.jsonValue({ maxDepth: 4 }).map((value) => parse(JSON.stringify(value)));

/** The same content with the keys of every object in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const members = Object.keys(value).map(
    (key) => `${JSON.stringify(key)}:${JSON.stringify(reversed(value[key] as JsonValue))}`,
  );
  return parse(`{${members.reverse().join(",")}}`);
}

describe("ValueSet", () => {
  it("keeps each value once, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.array(jsonValue), (values) => {
        const set = new ValueSet();
        for (const value of values) set.add(value);
        const size = set.size;
        for (const value of values) {
          expect(set.has(reversed(value))).toBe(true);
          expect(set.add(reversed(value))).toBe(false);
        }
        expect(set.size).toBe(size);
        expect(set.values()).toHaveLength(size);
      }),
    );
  });

  it("takes two values for one exactly if their content is equal", () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (one, other) => {
        const set = new ValueSet();
        set.add(one);
        expect(set.has(other)).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  it("tells each value from the string that is its JSON", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const set = new ValueSet();
        set.add(value);
        expect(set.has(JSON.stringify(value))).toBe(false);
        expect(set.has(canonicalJson(value))).toBe(false);
      }),
    );
  });

  it.each([
    ["1", '"1"'],
    ["null", '"null"'],
    ["true", '"true"'],
    ["false", '"false"'],
    ["{}", '"{}"'],
    ['"a"', '"\\"a\\""'],
    ["[]", "{}"],
    ["[1]", '"[1]"'],
    ["0", "false"],
    ["{}", '{"__proto__":1}'],
    ['{"__proto__":1}', '{"__proto__":2}'],
    ["[1,2]", "[2,1]"],
  ])("tells %s from %s", (one, other) => {
    const set = new ValueSet();
    expect([set.add(parse(one)), set.add(parse(other))]).toEqual([true, true]);
  });

  it.each([
    ["1", "1.0"],
    ["100", "1e2"],
    ["0", "-0"],
    ["[0]", "[-0.0]"],
    ['{"a":1,"b":2}', '{"b":2,"a":1.0}'],
    ['"é"', '"\\u00e9"'],
  ])("takes %s and %s for one value", (one, other) => {
    const set = new ValueSet();
    expect([set.add(parse(one)), set.add(parse(other))]).toEqual([true, false]);
  });

  it("gives the values in the order in which they came, as they came", () => {
    const set = new ValueSet();
    for (const json of ["3", '"a"', "3.0", '{"b":1,"a":2}', "[null]"]) set.add(parse(json));
    expect(JSON.stringify(set.values())).toBe('[3,"a",{"b":1,"a":2},[null]]');
  });

  it("keeps a value until each adding of it is undone, and the order of the others", () => {
    const set = new ValueSet();
    for (const value of [1, 2, 1, 3]) set.add(value);
    set.remove([1, 2]);
    expect(set.values()).toEqual([1, 3]);
    set.remove([1]);
    expect(set.values()).toEqual([3]);
    expect(set.has(1)).toBe(false);
    expect(set.add(1)).toBe(true);
  });

  it("counts equal values where it is a bag, and lets the first of them go first", () => {
    const bag = new ValueSet(true);
    for (const value of [1, 2, 1, 3, 1]) expect(bag.add(value)).toBe(true);
    bag.remove([1, 1]);
    expect(bag.values()).toEqual([2, 3, 1]);
    expect(bag.has(1)).toBe(true);
    bag.remove([1]);
    expect(bag.has(1)).toBe(false);
  });

  it("lets as many of each value go as are undone", () => {
    const bag = new ValueSet(true);
    for (const value of [1, 1, 2, 1, 2, 2]) bag.add(value);
    bag.remove([1, 2, 1, 7]);
    expect(bag.values()).toEqual([1, 2, 2]);
    expect([bag.count(1), bag.count(2), bag.count(7), bag.size]).toEqual([1, 2, 0, 3]);
  });

  it("lets no equal value go in place of another one", () => {
    const bag = new ValueSet(true);
    for (const value of [1, 1, 2]) bag.add(value);
    bag.remove([1, 2]);
    expect(bag.values()).toEqual([1]);
  });

  it("counts no value any more once each adding of it is undone", () => {
    const set = new ValueSet();
    for (const value of [1, 1]) set.add(value);
    const counts = [1, 1].map((value) => {
      set.remove([value]);
      return set.count(value);
    });
    expect(counts).toEqual([1, 0]);
  });

  it("shows in the same list what comes after a removal that leaves every value there", () => {
    const set = new ValueSet();
    for (const value of [1, 1]) set.add(value);
    const values = set.values();
    set.remove([1]);
    set.add(2);
    expect(values).toEqual([1, 2]);
  });

  it("does not look at the values after the last one that goes", () => {
    let looks = 0;
    const watched = {
      get a() {
        looks++;
        return 1;
      },
    };
    const set = new ValueSet();
    for (const value of [1, watched]) set.add(value);
    looks = 0;
    set.remove([1]);
    expect([set.values(), looks]).toEqual([[watched], 0]);
  });
});

describe("canonicalJson", () => {
  it("is JSON of the same content", () => {
    fc.assert(
      fc.property(jsonValue, (value) => isDeepStrictEqual(parse(canonicalJson(value)), parse(JSON.stringify(value)))),
    );
  });
});
