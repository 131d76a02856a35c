/** Ends tests that would run for ever: a test may step a clock until something happens that a changed constant prevents. */
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";

/** The message of a test that has been ended. */
export const ENDLESS = "it does not end";

/** Calls of the clock between two looks at the limit. */
const CALLS = 16;

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
    if (++calls % CALLS === 0 && cpuTime() > limit) throw new Error(ENDLESS);
    return method.apply(this, parameters);
  };
  Object.assign(FakeClock.prototype, { [name]: watched });
}

/** Runs a test, which fails when it has taken so many seconds of CPU time. */
export async function withinTime(seconds: number, test: () => unknown): Promise<void> {
  limit = cpuTime() + seconds * 1e6;
  try {
    await test();
  } finally {
    limit = Number.POSITIVE_INFINITY;
  }
}
