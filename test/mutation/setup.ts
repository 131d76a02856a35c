/** Before each file of tests that judges mutants. */
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, inject } from "vitest";
import { beginTime, checkTime, endTime } from "./time-limit.js";

/** CPU time of a test, in s: the slowest one takes two. Stryker alone would wait for a minute and more, and start a process again. */
const MOST = 10;
/** Hits of a mutant between two looks at the time. */
const HITS = 4096;

declare module "vitest" {
  interface ProvidedContext {
    /** When Stryker switches the mutant on: before the modules are loaded, or for the tests alone. */
    mutantActivation?: "static" | "runtime";
    /** Name of the global object by which Stryker switches mutants. */
    globalNamespace?: string;
  }
}

// A mutant is dead with the first counterexample of a property: nobody reads a smaller one.
fc.configureGlobal({ endOnFailure: true });

beforeEach(() => beginTime(MOST));
afterEach(endTime);

const name = inject("globalNamespace");
if (name !== undefined) {
  const switches = (globalThis as unknown as Record<string, { activeMutant?: string | undefined }>)[name] ?? {};
  // Most mutants that never end are hit again and again.
  let hits = 0;
  Object.defineProperty(switches, "hitCount", {
    configurable: true,
    get: () => hits,
    set: (count: number) => {
      hits = count;
      if (count % HITS === HITS - 1) checkTime();
    },
  });
  // The modules that the next file loads stay for other mutants, so none may be on by then.
  if (inject("mutantActivation") === "runtime")
    afterAll(() => {
      switches.activeMutant = undefined;
    });
}
