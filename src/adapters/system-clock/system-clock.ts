import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/** The longest delay of one of Node's timers, in ms: a longer one would run at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's monotonic clock and timers. Timers keep the process alive until they have run or are cancelled. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    // A timer takes at least one millisecond.
    if (delay <= 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    let timer: NodeJS.Timeout;
    const wait = (rest: number) => {
      const step = Math.min(rest, LONGEST_TIMER);
      timer = setTimeout(() => (rest > step ? wait(rest - step) : task()), step);
    };
    wait(delay);
    return () => clearTimeout(timer);
  }
}
