import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { QuietCheck } from "../../../src/domain/anti-entropy/quiet-check.js";

const QUIET = 12_000;

function quietCheck(settleTime = 1000) {
  const clock = new FakeClock();
  const comparisons: number[] = [];
  return { clock, comparisons, check: new QuietCheck({ clock }, settleTime, () => comparisons.push(clock.now())) };
}

it("compares once, some time after the last of several values", () => {
  const { clock, comparisons, check } = quietCheck();
  check.restart();
  for (let second = 1; second <= 20; second++) {
    clock.advance(1000);
    check.restart();
  }
  expect(comparisons).toEqual([]);
  clock.advance(10 * QUIET);
  expect(comparisons).toEqual([20_000 + QUIET]);
});

it("compares again after the next value", () => {
  const { clock, comparisons, check } = quietCheck();
  for (let time = 0; time < 2; time++) {
    check.restart();
    clock.advance(2 * QUIET);
  }
  expect(comparisons).toEqual([QUIET, 3 * QUIET]);
});

it("waits until values can have settled, where that takes longer", () => {
  const { clock, comparisons, check } = quietCheck(QUIET);
  check.restart();
  clock.advance(10 * QUIET);
  expect(comparisons).toEqual([2 * QUIET]);
});

it("compares no more and leaves no timer once it is closed", () => {
  const { clock, comparisons, check } = quietCheck();
  check.restart();
  check.close();
  expect(clock.nextDue()).toBe(undefined);
  clock.advance(10 * QUIET);
  expect(comparisons).toEqual([]);
});
