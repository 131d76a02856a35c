import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { LossMonitor } from "../../../../src/domain/batching/rounds/loss-monitor.js";

const PERIOD = 400;

function monitored() {
  const clock = new FakeClock();
  clock.advance(2 * 10_000);
  return { clock, losses: new LossMonitor({ clock }) };
}

describe("LossMonitor", () => {
  it("is calm at first", () => {
    const { losses } = monitored();
    expect(losses).toMatchObject({ isCalm: true, hasRecentLoss: false, isLossy: false });
  });

  it("counts several losses within one round as one, as a paused machine causes them", () => {
    const { clock, losses } = monitored();
    for (let loss = 0; loss < 5; loss++) {
      losses.lossDetected(PERIOD);
      clock.advance(PERIOD / 10);
    }
    expect(losses).toMatchObject({ isCalm: false, hasRecentLoss: true, isLossy: false });
  });

  it("is lossy after losses in several rounds, until the loss memory has passed", () => {
    const { clock, losses } = monitored();
    for (let round = 0; round < 2; round++) {
      losses.lossDetected(PERIOD);
      clock.advance(PERIOD);
    }
    expect(losses).toMatchObject({ isCalm: false, hasRecentLoss: true, isLossy: true });
    clock.advance(10_000);
    expect(losses).toMatchObject({ hasRecentLoss: false, isLossy: false });
  });

  it("is lossy for the loss memory after a report of the parent", () => {
    const { clock, losses } = monitored();
    losses.lossReported();
    clock.advance(10_000 - 1);
    expect(losses.isLossy).toBe(true);
    clock.advance(1);
    expect(losses.isLossy).toBe(false);
  });

  it("is not calm after a request for an acknowledgement, but not lossy either", () => {
    const { losses } = monitored();
    losses.ackRequested();
    expect(losses).toMatchObject({ isCalm: false, hasRecentLoss: false, isLossy: false });
  });

  it("is calm again once the loss memory has passed", () => {
    for (const cause of ["ackRequested", "lossDetected"] as const) {
      const { clock, losses } = monitored();
      losses[cause](PERIOD);
      clock.advance(10_000 - 1);
      expect([losses.isCalm, losses.hasRecentLoss]).toEqual([false, cause === "lossDetected"]);
      clock.advance(1);
      expect([losses.isCalm, losses.hasRecentLoss]).toEqual([false, false]);
      clock.advance(1);
      expect(losses.isCalm).toBe(true);
    }
  });
});
