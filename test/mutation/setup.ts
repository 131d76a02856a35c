/** Before each file of tests that judges mutants. */
import fc from "fast-check";
import { afterAll, afterEach, beforeEach } from "vitest";
import { isDryRun, isOnForTestsAlone, switches } from "./switches.js";
import { beginTest, checkTime, endTest } from "./time-limit.js";

/** Looks at the switches between two looks at the time. */
const LOOKS = 16_384;

// A mutant is dead with the first counterexample of a property: nobody reads a smaller one.
fc.configureGlobal({ endOnFailure: true });

// Stryker alone would wait for a minute and more, and start a process again.
beforeEach(() => {
  if (!isDryRun()) beginTest();
});
afterEach(endTest);

const ofStryker = switches();
if (ofStryker !== undefined) {
  // Code with mutants looks here all the time, even in a loop that does not end and does not reach the mutant that is on.
  let { activeMutant } = ofStryker;
  let looks = 0;
  Object.defineProperty(ofStryker, "activeMutant", {
    configurable: true,
    get: () => {
      if (++looks % LOOKS === 0) checkTime();
      return activeMutant;
    },
    set: (mutant: string | undefined) => {
      activeMutant = mutant;
    },
  });
  // The modules that the next file loads stay for other mutants, so none may be on by then.
  if (isOnForTestsAlone())
    afterAll(() => {
      ofStryker.activeMutant = undefined;
    });
}
