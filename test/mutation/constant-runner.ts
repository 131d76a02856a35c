/** Runs each test once as it is, and once for each change of a constant that it reads; see `constants.ts`. */
import { setMaxListeners } from "node:events";
import { inject, type RunnerTestCase, TestRunner } from "vitest";
import { ENDLESS } from "./endless.js";
import { withinTime } from "./time-limit.js";
import { constantsReadBy, withConstant } from "./watched-constants.js";

/** A constant with another value. */
export interface Change {
  /** Such as `RTT.median × 10`. */
  readonly name: string;
  readonly path: string;
  readonly value: number;
}

declare module "vitest" {
  interface ProvidedContext {
    changes: readonly Change[];
  }
  interface TaskMeta {
    /** Why the test failed, by the name of the change. */
    noticed?: Record<string, string>;
  }
}

// Vitest listens anew to the signal of a test for each of its runs.
setMaxListeners(0);

/** Changes that no test has noticed so far: each needs only one. */
const unnoticed = new Set(inject("changes"));

export default class ConstantRunner extends TestRunner {
  async runTask(task: RunnerTestCase): Promise<void> {
    const test = TestRunner.getTestFn(task);
    const start = process.cpuUsage();
    const read = await constantsReadBy(test);
    const { user, system } = process.cpuUsage(start);
    // A test that takes far longer with a change has noticed it.
    const most = 1 + (10 * (user + system)) / 1e6;
    const noticed: Record<string, string> = {};
    for (const change of unnoticed) {
      if (!read.has(change.path)) continue;
      const failure = await failureWith(change, most, test);
      if (failure === undefined) continue;
      // It must be the constant that the test minds, and not that it runs once more.
      await test();
      // A better reason may be found by another test.
      if (failure !== ENDLESS) unnoticed.delete(change);
      noticed[change.name] = failure;
    }
    task.meta.noticed = noticed;
  }
}

/** @param most CPU time that the test may take, in s */
async function failureWith({ path, value }: Change, most: number, test: () => unknown): Promise<string | undefined> {
  try {
    await withinTime(most, () => withConstant(path, value, test));
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] as string;
  }
}
