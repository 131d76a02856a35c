import { expect, it, vi } from "vitest";
import { PreciseClock } from "../../../src/workbench/process-cluster/precise-clock.js";

it("tasks run in the order in which they are due, and of several the one that was scheduled first", async () => {
  const clock = new PreciseClock();
  const ran: string[] = [];
  await new Promise<void>((resolve) => {
    // All at one instant, even if the machine stalls meanwhile.
    const now = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    clock.schedule(30, () => ran.push("third"));
    clock.schedule(3, () => ran.push("second"));
    clock.schedule(0, () => ran.push("first"));
    clock.schedule(20, () => ran.push("cancelled"))();
    clock.schedule(30, () => {
      ran.push("last");
      resolve();
    });
    now.mockRestore();
  });
  expect(ran).toEqual(["first", "second", "third", "last"]);
});

it("a task that a task schedules runs in a later turn, however soon it is due", async () => {
  const clock = new PreciseClock();
  const ran: string[] = [];
  await new Promise<void>((resolve) => {
    clock.schedule(0, () => {
      clock.schedule(0, () => {
        ran.push("second");
        resolve();
      });
      setImmediate(() => ran.push("a turn between"));
      ran.push("first");
    });
  });
  expect(ran).toEqual(["first", "a turn between", "second"]);
});

it("a task never runs half a millisecond before it is due", async () => {
  const clock = new PreciseClock();
  const errors = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const due = clock.now() + index * 1.37;
      return new Promise<number>((resolve) => clock.schedule(index * 1.37, () => resolve(clock.now() - due)));
    }),
  );
  expect(Math.min(...errors)).toBeGreaterThan(-0.5);
});

it("runs nothing once stopped", async () => {
  const clock = new PreciseClock();
  let ran = false;
  clock.schedule(1, () => {
    ran = true;
  });
  clock.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ran).toBe(false);
});
