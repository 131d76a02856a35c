/** Runs tests with a mutant, and makes sure that it is the mutant that they notice, and not what an earlier one has left. */
import { inject, type RunnerTestCase, TestRunner } from "vitest";
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
  const switches = (globalThis as unknown as Record<string, { activeMutant?: string | undefined } | undefined>)[
    inject("globalNamespace") ?? ""
  ];
  if (switches?.activeMutant === undefined || inject("mutantActivation") !== "runtime") return false;
  const { activeMutant } = switches;
  switches.activeMutant = undefined;
  beginTest();
  try {
    await test();
    return false;
  } catch {
    return true;
  } finally {
    switches.activeMutant = activeMutant;
  }
}
