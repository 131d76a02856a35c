import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChildClock } from "../../../../src/domain/batching/rounds/child-clock.js";
import type { RoundSchedule } from "../../../../src/domain/messages.js";

const PERIOD = 1000;

/** What a parent that downcasts at 0, 1000, 2000, … by its own clock says at `time`. */
function noticeAt(time: number, upcastLead = 0): RoundSchedule {
  const round = Math.floor(time / PERIOD) + 1;
  const next = round * PERIOD - time;
  return { round, next, upcastBy: next - upcastLead, period: PERIOD };
}

describe("ChildClock", () => {
  it("knows nothing before the first notice", () => {
    expect(new ChildClock().isKnown).toBe(false);
  });

  it("foresees the arrival of downcasts by the child's own clock, whatever the difference of the clocks", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 500 }), (offset, latency) => {
        const schedule = new ChildClock();
        schedule.learn(noticeAt(3000), 3000 + offset + latency);
        expect(schedule.downcastAfter(3000 + offset + latency)).toBe(4000 + offset + latency);
        expect(schedule.roundAfter(3000 + offset + latency)).toBe(4);
      }),
    );
  });

  it("does not take a downcast out of turn for a regular one", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3100);
    schedule.learn(noticeAt(3420), 3520);
    expect(schedule.downcastAfter(3520)).toBe(4100);
  });

  it("knows of no downcast before the one that was announced, when the period becomes shorter", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3100);
    schedule.learn({ round: 5, next: 1000, upcastBy: 1000, period: 300 }, 4100);
    expect([schedule.downcastAfter(4100), schedule.roundAfter(4100)]).toEqual([5100, 5]);
    expect([schedule.upcastAfter(4100, 250), schedule.upcastAfter(4900, 250)]).toEqual([4850, 5150]);
    expect([schedule.downcastAfter(5100), schedule.roundAfter(5100)]).toEqual([5400, 6]);
  });

  it("still tells when the downcast came that followed a message of the past", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3100);
    schedule.learn(noticeAt(4000), 4100);
    expect(schedule.downcastAfter(3800)).toBe(4100);
  });

  it("names the round of an upcast, and when the upcasts of a round leave", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000, 50), 3100);
    const departure = schedule.upcastAfter(3100, 250);
    expect(departure).toBe(3800);
    expect(schedule.roundOfUpcast(departure, 250)).toBe(4);
    expect(schedule.upcastOf(4, 250)).toBe(departure);
  });

  it("goes by the quickest of the last downcasts, and tells how late the others were", () => {
    const schedule = new ChildClock();
    expect(schedule.learn(noticeAt(1000), 1150)).toBe(0);
    expect(schedule.learn(noticeAt(2000), 2100)).toBe(0);
    expect(schedule.learn(noticeAt(3000), 3180)).toBe(80);
    expect(schedule.downcastAfter(3180)).toBe(4100);
  });

  it("follows clocks that drift: a downcast that was quick long ago counts no more", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(1000), 1050);
    for (let round = 2; round <= 10; round++) schedule.learn(noticeAt(round * PERIOD), round * PERIOD + 100);
    expect(schedule.downcastAfter(10_100)).toBe(11_100);
  });

  it("starts anew with another period", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3100);
    schedule.learn({ round: 5, next: 700, upcastBy: 700, period: 700 }, 4100);
    expect(schedule.period).toBe(700);
    expect(schedule.downcastAfter(4100)).toBe(4800);
  });

  it("sets upcasts so that they are at the parent when it wants them", () => {
    const schedule = new ChildClock();
    // The child's clock is 5000 ahead; one way takes 100 ms, the parent wants upcasts 300 ms before its downcast.
    schedule.learn(noticeAt(3000, 300), 8100);
    const [roundTrip, guard] = [200, 40];
    const leaves = schedule.upcastAfter(8100, roundTrip + guard);
    const arrives = leaves - 5000 + 100;
    expect(arrives).toBe(4000 - 300 - guard);
  });

  it("sets an upcast that has just left its round for the next one", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3100);
    const leaves = schedule.upcastAfter(3100, 240);
    expect(schedule.upcastAfter(leaves, 240)).toBe(leaves + PERIOD);
  });

  it("ignores a schedule that was overtaken, but not rounds that have started anew", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(5000), 5100);
    for (const overtaken of [4000, 3000]) expect(schedule.learn(noticeAt(overtaken), 5_110)).toBe(0);
    expect(schedule.downcastAfter(5_110)).toBe(6_100);
    // The parent counts from 1 again, half a period later.
    expect(schedule.learn({ round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD }, 5_600)).toBe(0);
    expect([schedule.downcastAfter(5_600), schedule.roundAfter(5_600)]).toEqual([6_600, 1]);
  });

  it("takes a second schedule of the same round into account", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000), 3_150);
    expect(schedule.learn(noticeAt(3500), 3_600)).toBe(0);
    expect(schedule.downcastAfter(3_600)).toBe(4_100);
  });

  it("remembers the quickest of the last eight downcasts, not of seven", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(1000), 1_050);
    for (let round = 2; round <= 8; round++) schedule.learn(noticeAt(round * PERIOD), round * PERIOD + 100);
    expect(schedule.downcastAfter(8_100)).toBe(9_050);
  });

  it("names the round of an upcast by its travel and its lead", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000, 200), 3_100);
    // The upcast of round 5 leaves at 5,100 - 700 - 200.
    expect([schedule.roundOfUpcast(4_200, 700), schedule.upcastOf(5, 700)]).toEqual([5, 4_200]);
  });

  it("names the round of an upcast that leaves more than half a period before its downcast", () => {
    const schedule = new ChildClock();
    schedule.learn(noticeAt(3000, 600), 3_100);
    const departure = schedule.upcastOf(6, 100);
    expect([departure, schedule.roundOfUpcast(departure, 100)]).toEqual([6_100 - 700, 6]);
  });
});
