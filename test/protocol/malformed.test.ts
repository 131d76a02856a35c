import fc from "fast-check";
import { describe, it } from "vitest";
import { lies, overFrames, surviveLies } from "./support/hostile-run.js";

/** `malformed.slow.test.ts` runs a hundred thousand messages. */
const MESSAGES = 200;
const RUNS = 2;

describe("mutated messages and lies of a member", () => {
  it.each([
    ["rounds", "a leaf", "n4"],
    ["rounds", "the root", "n0"],
    ["eager", "a leaf", "n4"],
    ["window", "a leaf", "n4"],
  ] as const)("cost the others no value, no peace and no memory (mode %s, from %s)", (mode, _, liar) => {
    fc.assert(
      fc.property(lies(mode, liar, MESSAGES), fc.nat(), (messages, seed) => surviveLies(mode, liar, messages, seed)),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it("cost as little in frames of the compact wire, of which every other one is damaged", () => {
    fc.assert(
      fc.property(lies("eager", "n4", MESSAGES), fc.nat(), (messages, seed) =>
        surviveLies("eager", "n4", messages, seed, overFrames()),
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
