import type { CancelTask, Clock } from "../../ports/clock.js";
import type { Guard } from "./guard.js";

/** A clock that reports the lateness of its timers to the guard. */
export class ObservedClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly guard: Guard,
  ) {}

  now(): number {
    return this.clock.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    // A task without a delay is no timer.
    if (delay <= 0) return this.clock.schedule(delay, task);
    const due = this.clock.now() + delay;
    return this.clock.schedule(delay, () => {
      this.guard.timerRan(this.clock.now() - due);
      task();
    });
  }
}
