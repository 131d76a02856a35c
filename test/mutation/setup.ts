/** Before each file of tests that judges mutants. */
import fc from "fast-check";
import { afterAll, afterEach, beforeEach } from "vitest";
import { isDryRun, isOnForTestsAlone, switches } from "./switches.js";
import { beginTest, checkTime, endTest } from "./time-limit.js";

/** Hits of a mutant between two looks at the time. */
const HITS = 4096;

// A mutant is dead with the first counterexample of a property: nobody reads a smaller one.
fc.configureGlobal({ endOnFailure: true });

// Stryker alone would wait for a minute and more, and start a process again.
beforeEach(() => {
  if (!isDryRun()) beginTest();
});
afterEach(endTest);

const ofStryker = switches();
if (ofStryker !== undefined) {
  // Most mutants that never end are hit again and again.
  // Stryker counts none while modules are loaded: a file that cannot be loaded would have no test that fails.
  let hits: number | undefined;
  Object.defineProperty(ofStryker, "hitCount", {
    configurable: true,
    get: () => hits,
    set: (count: number | undefined) => {
      hits = count;
      if (count !== undefined && count % HITS === HITS - 1) checkTime();
    },
  });
  // The modules that the next file loads stay for other mutants, so none may be on by then.
  if (isOnForTestsAlone())
    afterAll(() => {
      ofStryker.activeMutant = undefined;
    });
}
