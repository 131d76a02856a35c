/** Runs tests with a mutant, and makes sure that it is the mutant that they notice, and not what an earlier one has left. */
import { type RunnerTestCase, TestRunner } from "vitest";
import { isOnForTestsAlone, switches } from "./switches.js";
import { beginTest } from "./time-limit.js";

declare global {
  /** Of a thread that runs the tests of several mutants; see `kept-thread.ts`. */
  var keptThread:
    | {
        /** Number of runs, with the present one. */
        readonly runs: number;
        /** The thread must not be kept. */
        isSpoiled: boolean;
        /** Ends the process: Stryker tries the mutant again in a new one. */
        giveUp(): void;
      }
    | undefined;
}

export default class MutantRunner extends TestRunner {
  async runTask(task: RunnerTestCase): Promise<void> {
    const test = TestRunner.getTestFn(task);
    try {
      await test();
    } catch (error) {
      if (globalThis.keptThread !== undefined && (await failsWithoutMutant(test))) {
        globalThis.keptThread.isSpoiled = true;
        // In a new thread nothing can be left of earlier mutants: the test cannot run twice, or this mutant has spoiled the modules.
        if (globalThis.keptThread.runs > 1) globalThis.keptThread.giveUp();
      }
      throw error;
    }
  }
}

async function failsWithoutMutant(test: () => unknown): Promise<boolean> {
  const ofStryker = switches();
  if (ofStryker?.activeMutant === undefined || !isOnForTestsAlone()) return false;
  const { activeMutant } = ofStryker;
  ofStryker.activeMutant = undefined;
  beginTest();
  try {
    await test();
    return false;
  } catch {
    return true;
  } finally {
    ofStryker.activeMutant = activeMutant;
  }
}
