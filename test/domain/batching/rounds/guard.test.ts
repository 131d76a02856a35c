import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { AdaptiveGuard, FixedGuard, guardOf } from "../../../../src/domain/batching/rounds/guard.js";
import { ObservedClock } from "../../../../src/domain/batching/rounds/observed-clock.js";
import type { Clock } from "../../../../src/domain/ports/clock.js";

/** A guard that has been watched for so long that it goes by what it has seen. */
function experiencedGuard() {
  const clock = new FakeClock();
  const guard = new AdaptiveGuard(clock);
  let round = 0;
  const see = (rounds: number, lateness: number) => {
    for (let seen = 0; seen < rounds; seen++) {
      guard.upcastArrived(round++, lateness);
      clock.advance(400);
    }
  };
  see(32, 0);
  return { clock, guard, see };
}

/** A clock whose timers all run this much after their time, in ms. */
function lateClock(clock: FakeClock, lateness: number): Clock {
  return { now: () => clock.now(), schedule: (delay, task) => clock.schedule(delay + lateness, task) };
}

describe("a guard that follows the machine", () => {
  it("expects a cluster that has just started to be late", () => {
    const guard = new AdaptiveGuard(new FakeClock());
    expect(guard.within(1000)).toBe(60);
    guard.upcastArrived(1, 0);
    guard.upcastArrived(2, 0);
    guard.upcastArrived(3, 0);
    expect(guard.within(1000)).toBe(60);
  });

  it("expects that until enough rounds have passed, and some time since the first of them", () => {
    const clock = new FakeClock();
    clock.advance(60_000);
    const guard = new AdaptiveGuard(clock);
    for (let round = 1; round < 3; round++) guard.upcastArrived(round, 0);
    clock.advance(2_500 - 1);
    guard.upcastArrived(3, 0);
    expect(guard.within(1000)).toBe(60);
    clock.advance(1);
    guard.upcastArrived(3, 0);
    expect(guard.within(1000)).toBe(10);
    const other = new AdaptiveGuard(clock);
    for (let round = 1; round < 3; round++) other.upcastArrived(round, 0);
    clock.advance(2_500);
    other.timerRan(0);
    expect(other.within(1000)).toBe(60);
  });

  it("expects what the parent has seen instead, if that asks for a guard", () => {
    const guard = new AdaptiveGuard(new FakeClock());
    guard.parentRequests(30);
    expect(guard.within(1000)).toBe(30);
  });

  it("goes by the latest rounds, whichever of them were late", () => {
    for (const [first, then] of [
      [100, 0],
      [0, 100],
    ] as const) {
      const { guard, see } = experiencedGuard();
      see(first > 0 ? 10 : 22, first);
      see(first > 0 ? 22 : 10, then);
      expect(guard.within(1000)).toBe(108);
    }
    const { guard, see } = experiencedGuard();
    see(6, 100);
    see(26, 0);
    expect(guard.within(1000)).toBe(108);
    see(1, 0);
    expect(guard.within(1000)).toBe(108);
    see(1, 0);
    expect(guard.within(1000)).toBe(10);
  });

  it("is as short as it can be where nothing is late", () => {
    expect(experiencedGuard().guard.within(1000)).toBe(10);
  });

  it.each([
    [2, 10, 20],
    [20, 20, 40],
    [100, 100, 130],
  ])("covers upcasts that are %d ms late, and not much more", (lateness, least, most) => {
    const { guard, see } = experiencedGuard();
    see(32, lateness);
    expect(guard.within(1000)).toBeGreaterThanOrEqual(least);
    expect(guard.within(1000)).toBeLessThan(most);
  });

  it.each([
    [2, 10, 20],
    [100, 100, 130],
  ])("covers its own timers that are %d ms late, and not much more", (lateness, least, most) => {
    const { clock, guard } = experiencedGuard();
    const observed = new ObservedClock(lateClock(clock, lateness), guard);
    for (let timer = 0; timer < 64; timer++) observed.schedule(10, () => {});
    clock.advance(1000);
    expect(guard.within(1000)).toBeGreaterThanOrEqual(least);
    expect(guard.within(1000)).toBeLessThan(most);
  });

  it("does not count work that was put off until the present is over as a timer", () => {
    const { clock, guard } = experiencedGuard();
    const observed = new ObservedClock(lateClock(clock, 100), guard);
    for (let timer = 0; timer < 64; timer++) observed.schedule(0, () => {});
    clock.advance(1000);
    expect(guard.within(1000)).toBe(10);
  });

  it("is not led by one bad round, nor by one bad timer", () => {
    const { guard, see } = experiencedGuard();
    see(1, 400);
    guard.timerRan(400);
    see(8, 0);
    for (let timer = 0; timer < 40; timer++) guard.timerRan(0);
    expect(guard.within(1000)).toBe(10);
  });

  it("goes by the latest 64 timers, of which one in twenty may be later", () => {
    const { guard } = experiencedGuard();
    const run = (timers: number, lateness: number) => {
      for (let timer = 0; timer < timers; timer++) guard.timerRan(lateness);
    };
    run(3, 100);
    run(61, 0);
    expect(guard.within(1000)).toBe(10);
    run(4, 100);
    run(60, 0);
    expect(guard.within(1000)).toBe(108);
    run(1, 0);
    expect(guard.within(1000)).toBe(10);
  });

  it("takes the latest upcast of a round for the round", () => {
    const { guard, see } = experiencedGuard();
    see(20, 0);
    for (let round = 100; round < 132; round++) for (const lateness of [0, 40, 0]) guard.upcastArrived(round, lateness);
    expect(guard.within(1000)).toBe(48);
  });

  it("becomes short again when the machine is quiet again", () => {
    const { guard, see } = experiencedGuard();
    see(32, 100);
    see(32, 0);
    expect(guard.within(1000)).toBe(10);
  });

  it("stays within its bounds, and within what there is room for", () => {
    const { guard, see } = experiencedGuard();
    see(32, 5000);
    expect(guard.within(1e6)).toBe(500);
    expect(guard.within(120)).toBe(120);
    expect(guard.within(1)).toBe(10);
  });

  it("is at least what the parent asks for, as long as it is the parent", () => {
    const { guard } = experiencedGuard();
    guard.parentRequests(70);
    expect(guard.within(1000)).toBe(70);
    guard.parentRequests(0);
    expect(guard.within(1000)).toBe(10);
  });
});

describe("a guard that the user has set", () => {
  it("stays what it is", () => {
    const guard = new FixedGuard(55);
    guard.timerRan();
    guard.upcastArrived();
    guard.parentRequests();
    expect(guard.within()).toBe(55);
  });

  it("is used unless it is to adapt", () => {
    const clock = new FakeClock();
    expect(guardOf(55, clock).within(1000)).toBe(55);
    expect(guardOf("auto", clock).within(1000)).toBe(60);
  });
});

describe("ObservedClock", () => {
  it("tells the time of the clock that it observes", () => {
    const clock = new FakeClock();
    clock.advance(12);
    expect(new ObservedClock(clock, new FixedGuard(5)).now()).toBe(12);
  });
});
