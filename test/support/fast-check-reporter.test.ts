import fc from "fast-check";
import { expect, it } from "vitest";

it("a property that fails says how to run the case alone, and how to keep it", () => {
  const failing = () =>
    fc.assert(
      fc.property(fc.integer(), (number) => number < 5),
      { seed: 1 },
    );
  expect(failing).toThrow(/Counterexample: \[5\]/);
  expect(failing).toThrow(
    /To run this case alone, give fc\.assert these parameters.*: \{ seed: 1, path: "[\d:]+", endOnFailure: true \}/,
  );
});

it("a property that holds says nothing", () => {
  expect(() => fc.assert(fc.property(fc.integer(), (number) => number === number + 0))).not.toThrow();
});
