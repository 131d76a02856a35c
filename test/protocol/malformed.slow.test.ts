import fc from "fast-check";
import { describe, it } from "vitest";
import { lies, overFrames, surviveLies } from "./support/hostile-run.js";

const MESSAGES = 500;
/** With the five cases below a hundred thousand messages. */
const RUNS = 40;

const LIARS = [
  ["rounds", "a leaf", "n4"],
  ["rounds", "a member half-way up", "n1"],
  ["rounds", "the root", "n0"],
  ["eager", "a leaf", "n4"],
  ["window", "a leaf", "n4"],
] as const;

describe("a hundred thousand mutated messages and lies of a member", () => {
  it.each(LIARS)(
    "on the compact wire cost the others no value, no peace and no memory (mode %s, from %s)",
    (mode, _, liar) => {
      fc.assert(
        fc.property(lies(mode, liar, MESSAGES), fc.nat(), (messages, seed) =>
          surviveLies(mode, liar, messages, seed, overFrames()),
        ),
        { numRuns: RUNS / 4, endOnFailure: true },
      );
    },
  );

  it.each(LIARS)("cost the others no value, no peace and no memory (mode %s, from %s)", (mode, _, liar) => {
    fc.assert(
      fc.property(lies(mode, liar, MESSAGES), fc.nat(), (messages, seed) => surviveLies(mode, liar, messages, seed)),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
