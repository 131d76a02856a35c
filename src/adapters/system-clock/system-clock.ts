import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/** The machine's monotonic clock and timers. Timers keep the process alive until they have run or are cancelled. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    const timer = setTimeout(task, Math.max(0, delay));
    return () => clearTimeout(timer);
  }
}
