import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Assembly, cutIntoParts, type Part } from "../../../src/application/wire/parts.js";

const LIMIT = 1024;

/** The results of an assembly for these parts in this order. */
const assembled = (assembly: Assembly, parts: readonly unknown[], from = "b") =>
  parts.map((part) => assembly.take(from, part)).filter((whole) => whole !== undefined);

const partsOf = (message: object, name = "1.1"): Part[] => cutIntoParts(JSON.stringify(message), LIMIT, name);

describe("a message in parts", () => {
  it("is restored once all parts have come, in any order, each small enough and some twice", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 900 }), { minLength: 3 }),
        fc.nat(),
        (texts, seed) => {
          const message = { texts };
          const parts = partsOf(message);
          for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(LIMIT);
          const turned = parts.map((_, index) => parts[(index + seed) % parts.length]);
          expect(assembled(new Assembly(new FakeClock()), [turned[0], ...turned])).toEqual(
            parts.length === 1
              ? [JSON.parse(JSON.stringify(message)), JSON.parse(JSON.stringify(message))]
              : [JSON.parse(JSON.stringify(message))],
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is not mixed with another message, another sender, or another life", () => {
    const assembly = new Assembly(new FakeClock());
    const [one, other] = [partsOf({ one: "1".repeat(1500) }, "1.1"), partsOf({ other: "2".repeat(1500) }, "2.1")];
    expect(assembled(assembly, [one[0], other[0]])).toEqual([]);
    expect(assembled(assembly, one.slice(1), "c")).toEqual([]);
    expect(assembled(assembly, other.slice(1))).toEqual([{ other: "2".repeat(1500) }]);
    expect(assembled(assembly, one.slice(1))).toEqual([{ one: "1".repeat(1500) }]);
  });

  it("that stays incomplete makes room for later ones", () => {
    const assembly = new Assembly(new FakeClock());
    const first = partsOf({ text: "x".repeat(2000) }, "1.0");
    assembled(assembly, [first[0]]);
    for (let number = 1; number <= 256; number++)
      assembled(assembly, [partsOf({ text: "y".repeat(2000) }, `1.${number}`)[0]]);
    expect(assembled(assembly, first.slice(1))).toEqual([]);
  });

  it("is kept for 30 s", () => {
    const clock = new FakeClock();
    const assembly = new Assembly(clock);
    const [early, late] = [partsOf({ text: "x".repeat(2000) }, "1.1"), partsOf({ text: "y".repeat(2000) }, "1.2")];
    const others = partsOf({ text: "z".repeat(5000) }, "1.3");
    assembled(assembly, [early[0], late[0]]);
    clock.advance(29_999);
    assembled(assembly, [others[0]]);
    expect(assembled(assembly, early.slice(1))).toEqual([{ text: "x".repeat(2000) }]);
    clock.advance(1);
    // Space is made when a part comes.
    assembled(assembly, [others[1]]);
    expect(assembled(assembly, late.slice(1))).toEqual([]);
  });

  it("is left to the parser if it is invalid", () => {
    const assembly = new Assembly(new FakeClock());
    const part = { type: "part", message: "1.1", index: 0, count: 2, text: "{" };
    for (const change of [
      { count: 0 },
      { count: 5000 },
      { index: 2 },
      { index: -1 },
      { text: 5 },
      { message: "x".repeat(65) },
    ]) {
      const wrong = { ...part, ...change };
      expect(assembly.take("b", wrong)).toBe(wrong);
    }
    const rubbish = [part, { ...part, index: 1 }];
    expect(assembled(assembly, rubbish)).toEqual([rubbish[1]]);
    for (const body of [null, 5, "x", [], { type: "probe" }]) expect(assembly.take("b", body)).toBe(body);
  });
});
