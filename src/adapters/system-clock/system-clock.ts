import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/** The longest delay of one of Node's timers, in ms: a longer one would run at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The machine's monotonic clock and timers. Timers keep the process alive until they have run or are cancelled. Input that has
 * arrived by the time a timer runs is handled first: after a stall of the machine a node would otherwise send a round
 * without the values that wait in its input, or suspect a member whose answer waits there.
 */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    // Node runs timers, then reads input, then runs immediates.
    const runAfterInput = () => {
      immediate = setImmediate(task);
    };
    const wait = (rest: number) => {
      const step = Math.min(rest, LONGEST_TIMER);
      timer = setTimeout(() => (rest > step ? wait(rest - step) : runAfterInput()), step);
    };
    // A timer takes at least one millisecond.
    if (delay > 0) wait(delay);
    else runAfterInput();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  }
}
