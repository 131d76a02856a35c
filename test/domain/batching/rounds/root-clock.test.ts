import { describe, expect, it } from "vitest";
import { RootClock } from "../../../../src/domain/batching/rounds/root-clock.js";

/** Rounds 0, 1, 2, … at 1000, 1400, 1800, …; round 2 is leaving. */
function underWay(): RootClock {
  const rounds = new RootClock();
  rounds.start(1000, 400);
  return rounds;
}

describe("RootClock", () => {
  it("leave at regular times", () => {
    const rounds = underWay();
    expect([rounds.roundAfter(900), rounds.roundAfter(1000), rounds.roundAfter(1399), rounds.roundAfter(1400)]).toEqual(
      [0, 1, 1, 2],
    );
    expect([0, 1, 2, 3].map((round) => rounds.timeOf(round))).toEqual([1000, 1400, 1800, 2200]);
  });

  it.each([300, 600])("keep the round that members have planned for when the period becomes %d ms", (period) => {
    const rounds = underWay();
    rounds.adoptPeriod(2, period, 1801);
    expect(rounds.roundAfter(1801)).toBe(3);
    expect([2, 3, 4, 5].map((round) => rounds.timeOf(round))).toEqual([1800, 2200, 2200 + period, 2200 + 2 * period]);
    expect([rounds.roundAfter(2199), rounds.roundAfter(2200), rounds.roundAfter(2200 + period)]).toEqual([3, 4, 5]);
  });

  it("change their period once for a round, however many messages leave with it", () => {
    const rounds = underWay();
    rounds.adoptPeriod(2, 300, 1801);
    rounds.adoptPeriod(2, 250, 1802);
    expect(rounds.timeOf(4)).toBe(2500);
  });

  it("do not follow what is off by next to nothing, nor out of turn", () => {
    const rounds = underWay();
    rounds.adoptPeriod(2, 410, 1801);
    rounds.adoptPeriod(2, 300, 1900);
    expect(rounds.period).toBe(400);
  });

  it("follow what is off by more than 3 %, up to 50 ms after the round has left", () => {
    for (const [ideal, now, period] of [
      [412, 1_800, 400],
      [413, 1_800, 413],
      [387, 1_850, 387],
      [387, 1_851, 400],
    ] as const) {
      const rounds = underWay();
      rounds.adoptPeriod(2, ideal, now);
      expect(rounds.period).toBe(period);
    }
  });

  it("count from 0 again after they were stopped", () => {
    const rounds = underWay();
    rounds.adoptPeriod(2, 300, 1_801);
    rounds.stop();
    expect([rounds.isRunning, rounds.roundAfter(5_000)]).toEqual([false, 0]);
    rounds.start(9_000, 500);
    expect([rounds.isRunning, rounds.roundAfter(9_000), rounds.timeOf(0), rounds.timeOf(1)]).toEqual([
      true,
      1,
      9_000,
      9_500,
    ]);
  });
});
