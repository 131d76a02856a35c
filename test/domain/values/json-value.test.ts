import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonValue, jsonSize, jsonSizeBound, leastJsonSize } from "../../../src/domain/values/json-value.js";

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const parse = (json: string) => JSON.parse(json) as JsonValue;
const text = fc.string({ unit: "binary" });
const jsonValue = fc
  .oneof(text, fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }))
  .map((value) => parse(JSON.stringify(value)));

/** A value twice in another one, that twice in another one, and so on: small in memory, and too large to serialize. */
function doubled(levels: number, inner: JsonValue, double: (value: JsonValue) => JsonValue): JsonValue {
  let value = inner;
  for (let level = 0; level < levels; level++) value = double(value);
  return value;
}

describe("the size of a value's JSON", () => {
  it("is exact where the value is small", () => {
    fc.assert(fc.property(jsonValue, (value) => jsonSize(value) === bytesOf(value)));
    for (const string of [
      "\u007f",
      "\u0080",
      "\u07ff",
      "\u0800",
      "\ud7ff",
      "\ue000",
      "\u{10000}",
      "😀",
      "\u{10ffff}",
      "\ud800",
      "a\udfff",
    ])
      expect(jsonSize(string)).toBe(bytesOf(string));
  });

  it("has bounds on both sides", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(jsonSizeBound(value)).toBeGreaterThanOrEqual(bytesOf(value));
        expect(leastJsonSize(value, Number.POSITIVE_INFINITY)).toBeLessThanOrEqual(bytesOf(value));
      }),
    );
  });

  it("has an upper bound that the worst values reach, but for a few bytes", () => {
    const longest = "\u0001".repeat(50);
    expect(jsonSizeBound(longest)).toBe(bytesOf(longest));
    expect(jsonSizeBound(-1.2345678901234567e-100)).toBeLessThanOrEqual(bytesOf(-1.2345678901234567e-100) + 2);
    const nested = [longest, { [longest]: longest }, [longest, longest]];
    expect(jsonSizeBound(nested)).toBeLessThanOrEqual(bytesOf(nested) + 5);
  });

  it("has a lower bound that the simplest values reach, but for a few bytes", () => {
    for (const [json, slack] of [
      ["1", 0],
      ['"abc"', 0],
      ["[1,2,3]", 0],
      ["[]", 1],
      ['{"a":1,"b":"c"}', 0],
      ['{"a":[1,2],"b":{"c":3}}', 0],
    ] as const)
      expect([json, leastJsonSize(parse(json), 1_000)]).toEqual([json, json.length - slack]);
  });

  it.each<[string, JsonValue, JsonValue]>([
    ["arrays", [1], [1, 2]],
    ["objects", { a: 1 }, { a: 1, b: 2 }],
  ])("exceeds the limit if the first items reach it and more follow (%s)", (_, items, more) => {
    for (const size of [jsonSizeBound, leastJsonSize]) {
      const limit = size(items, Number.POSITIVE_INFINITY);
      expect(size(items, limit)).toBe(limit);
      expect(size(more, limit)).toBeGreaterThan(limit);
    }
  });

  it.each<[string, (first: JsonValue, second: JsonValue) => JsonValue]>([
    ["arrays", (first, second) => [first, second]],
    ["objects", (a, b) => ({ a, b })],
  ])("is not counted further in an item than what the items before it leave (%s)", (_, both) => {
    const value = both("a".repeat(60), Array(1_000).fill(""));
    for (const size of [jsonSizeBound, leastJsonSize]) {
      const limit = 500;
      expect(size(value, limit)).toBeGreaterThan(limit);
      // The last item that was counted, and the brackets, the comma and the key around it.
      expect(size(value, limit)).toBeLessThan(limit + size("", limit) + 20);
    }
  });

  it.each<[string, (value: JsonValue) => JsonValue]>([
    ["arrays", (value) => [value, value]],
    ["objects", (value) => ({ a: value, b: value })],
  ])("is not counted further than needed (%s)", (_, double) => {
    const levels = 40;
    for (const size of [jsonSizeBound, leastJsonSize]) {
      const found = size(doubled(levels, "a".repeat(20), double), 500);
      expect(found).toBeGreaterThan(500);
      // The last value that was counted, and the brackets and keys around it.
      expect(found).toBeLessThan(500 + 300 + 10 * levels);
    }
  });
});
