import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { fingerprint } from "../../../src/domain/values/fingerprint.js";

const number = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(2 ** 32 + 1, 2 ** 40, 2 ** 53 - 1));
const ranges = fc.array(fc.tuple(fc.constantFrom("a@1", "b@1", "a@12", "ab@1"), number, number), { maxLength: 3 });
const salt = fc.constantFrom(0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52);

describe("fingerprint", () => {
  it("differs for other dots and with another salt, and is an integer that JSON carries", () => {
    fc.assert(
      fc.property(ranges, salt, ranges, salt, (dots, salt, otherDots, otherSalt) => {
        const [one, other] = [fingerprint(dots, salt), fingerprint(otherDots, otherSalt)];
        expect(one === other).toBe(JSON.stringify([dots, salt]) === JSON.stringify([otherDots, otherSalt]));
        expect(Number.isSafeInteger(one) && one >= 0).toBe(true);
      }),
    );
  });

  it("uses all of its 53 bits", () => {
    const seen = Array.from({ length: 200 }, (_, index) => fingerprint([["n0@1", index + 1, 1]], 7));
    for (let bit = 0; bit < 53; bit++) {
      const ones = seen.filter((print) => Math.floor(print / 2 ** bit) % 2 === 1).length;
      expect(ones).toBeGreaterThan(60);
      expect(ones).toBeLessThan(140);
    }
  });

  it("is the same in every version, because members of different versions compare", () => {
    const dots: DotRange[] = [
      ["n0@1", 1, 3],
      ["é@2", 2 ** 33 + 5, 2 ** 32 + 1],
    ];
    expect([fingerprint(dots, 5), fingerprint(dots, 2 ** 40 + 5), fingerprint([], 0)]).toEqual([
      8_303_423_186_984_848, 8_125_982_021_051_019, 1_026_539_181_013_375,
    ]);
  });
});
