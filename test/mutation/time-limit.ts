/** Ends tests that would run for ever: a test may step a clock until something happens that a changed constant prevents. */
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { ENDLESS } from "./endless.js";

/** Calls of a clock between two looks at the limit. */
const CALLS = 16;

/** CPU time of a test that mutants are tried with, in s: the slowest one takes two. */
const MOST = 10;

let calls = 0;
/** In microseconds of CPU time of this process. */
let limit = Number.POSITIVE_INFINITY;

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

for (const name of ["schedule", "advance", "step"] as const) {
  const method = FakeClock.prototype[name] as (...parameters: unknown[]) => unknown;
  const watched = function (this: FakeClock, ...parameters: unknown[]): unknown {
    if (++calls % CALLS === 0) checkTime();
    return method.apply(this, parameters);
  };
  Object.assign(FakeClock.prototype, { [name]: watched });
}

/** @throws {Error} when the time of the test is up */
export function checkTime(): void {
  if (cpuTime() > limit) throw new Error(ENDLESS);
}

/** A test begins: from now on, clocks and `checkTime` throw once it has taken so many seconds of CPU time. */
export function beginTest(seconds = MOST): void {
  limit = cpuTime() + seconds * 1e6;
}

export function endTest(): void {
  limit = Number.POSITIVE_INFINITY;
}

/** Runs a test, which fails when it has taken so many seconds of CPU time. */
export async function withinTime(seconds: number, test: () => unknown): Promise<void> {
  beginTest(seconds);
  try {
    await test();
  } finally {
    endTest();
  }
}
