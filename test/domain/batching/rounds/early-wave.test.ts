import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { EarlyWave } from "../../../../src/domain/batching/rounds/early-wave.js";

const MAX = 1_600;
const PERIOD = 400;
/** Time that the tests begin at. */
const NOW = 10_000;

function wave({ spread = 0, isLossy = false, hasRecentLoss = false } = {}) {
  const clock = new FakeClock();
  clock.advance(NOW);
  return new EarlyWave(
    { clock, rtt: { spread: () => spread }, losses: { isLossy, hasRecentLoss } },
    { median: MAX / 2, max: MAX },
  );
}

describe("a value that cannot wait for its round", () => {
  it("leaves as late as its budget allows, less what it may have lost unnoticed", () => {
    const travel = 300;
    expect(wave().departure(NOW, travel)).toBe(NOW + MAX * (7 / 8) - travel);
  });

  it("waits for company at least for the gather time, and half the spread of the round trips", () => {
    expect(wave().departure(NOW - MAX, 300)).toBe(NOW + 30);
    expect(wave({ spread: 100 }).departure(NOW - MAX, 300)).toBe(NOW + 30 + 50);
    expect(wave({ spread: 100 }).gatherTime).toBe(30 + 50);
  });

  it("leaves soon after a recent loss, because it may have to be sent again", () => {
    expect(wave({ hasRecentLoss: true }).departure(NOW, 300)).toBe(NOW + 30);
  });
});

describe("a value can wait for its round", () => {
  it("if that brings it within the budget", () => {
    expect(wave().isNeedless(NOW + MAX, NOW, PERIOD)).toBe(true);
    expect(wave().isNeedless(NOW + MAX + 1, NOW, PERIOD)).toBe(false);
  });

  it("if it is late by no more than the spread of the round trips", () => {
    expect(wave({ spread: 50 }).isNeedless(NOW + MAX + 50, NOW, PERIOD)).toBe(true);
    expect(wave({ spread: 50 }).isNeedless(NOW + MAX + 51, NOW, PERIOD)).toBe(false);
  });

  it("if it is late by no more than half a round while messages get lost", () => {
    expect(wave({ isLossy: true }).isNeedless(NOW + MAX + PERIOD / 2, NOW, PERIOD)).toBe(true);
    expect(wave({ isLossy: true }).isNeedless(NOW + MAX + PERIOD / 2 + 1, NOW, PERIOD)).toBe(false);
  });

  it("if a fault has delayed it so much that it is late anyway", () => {
    const hopeless = NOW - 2.5 * MAX;
    expect(wave().isNeedless(NOW + 5 * MAX, hopeless - 1, PERIOD)).toBe(true);
    expect(wave().isNeedless(NOW + 5 * MAX, hopeless, PERIOD)).toBe(false);
  });
});
