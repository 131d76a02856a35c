import fc from "fast-check";
import { expect, it } from "vitest";
import { Samples } from "../../../src/domain/delta/samples.js";

it("a quantile is that of the latest samples, in any order, with equal ones among them", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (most, all, q) => {
        const samples = new Samples(most);
        for (const [index, sample] of all.entries()) {
          samples.add(sample);
          const kept = all.slice(Math.max(0, index + 1 - most), index + 1).sort((one, other) => one - other);
          expect(samples.count).toBe(kept.length);
          expect(samples.quantile(q)).toBe(kept[Math.min(kept.length - 1, Math.floor(kept.length * q))]);
        }
      },
    ),
  );
});
