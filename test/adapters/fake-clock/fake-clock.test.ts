import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";

describe("FakeClock", () => {
  it("runs tasks in the order of their times, and tasks due at the same time in the order of scheduling", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (delays) => {
        const clock = new FakeClock();
        const ran: { due: number; order: number }[] = [];
        delays.forEach((due, order) => {
          clock.schedule(due, () => {
            expect(clock.now()).toBe(due);
            ran.push({ due, order });
          });
        });
        clock.advance(20);
        expect(ran).toEqual(
          delays.map((due, order) => ({ due, order })).sort((a, b) => a.due - b.due || a.order - b.order),
        );
      }),
    );
  });

  it("runs no task early, and stops at exactly the requested time", () => {
    const clock = new FakeClock();
    let ran = 0;
    clock.schedule(10, () => ran++);
    clock.advance(9.999);
    expect([ran, clock.now()]).toEqual([0, 9.999]);
    clock.advance(0.001);
    expect([ran, clock.now()]).toEqual([1, 10]);
  });

  it("runs tasks scheduled by other tasks in the same interval", () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      clock.schedule(10, again);
    };
    clock.schedule(0, again);
    clock.advance(35);
    expect(times).toEqual([0, 10, 20, 30]);
  });

  it("does not run a cancelled task, and accepts a repeated or late cancellation", () => {
    const clock = new FakeClock();
    let ran = 0;
    const cancelled = clock.schedule(5, () => ran++);
    const late = clock.schedule(5, () => ran++);
    cancelled();
    cancelled();
    clock.advance(10);
    late();
    expect(ran).toBe(1);
  });

  it("lets time pass however short a wait is, so that waiting for the rest of it ends", () => {
    const clock = new FakeClock();
    let tries = 0;
    const due = 0.000_4;
    const wait = () => {
      if (++tries < 100 && clock.now() < due) clock.schedule(due - clock.now(), wait);
    };
    clock.schedule(0, wait);
    clock.advance(1);
    expect(tries).toBe(2);
  });

  it("jumps from task to task, and reports when there is none", () => {
    const clock = new FakeClock();
    clock.schedule(1000, () => {})();
    clock.schedule(5000, () => {});
    expect(clock.step()).toBe(true);
    expect(clock.now()).toBe(5000);
    expect(clock.step()).toBe(false);
  });

  it("adds up delays without rounding errors", () => {
    const clock = new FakeClock();
    for (let step = 0; step < 1000; step++) clock.advance(0.1);
    expect(clock.now()).toBe(100);
  });
});
