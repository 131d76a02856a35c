import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";

/** Runs all code that waits for settled promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Moves the clock by `duration` ms, one task at a time; code that waits for promises runs in between, as in Node's event loop. */
export async function advanceInTurns(clock: FakeClock, duration: number): Promise<void> {
  const end = clock.now() + duration;
  await turn();
  for (let due = clock.nextDue(); due !== undefined && due <= end; due = clock.nextDue()) {
    clock.step();
    await turn();
  }
  clock.advance(end - clock.now());
}
