import { type DueItem, DueQueue } from "../../collections/due-queue.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/** Due in ms of the clock; tasks due at the same time run in the order in which they were scheduled. */
interface Task extends DueItem {
  run: (() => void) | undefined;
}

/** A task may run this early (ms): half of the lateness that a timer's grain of 1 ms would cause. */
const EARLINESS = 0.4;

/**
 * The machine's monotonic clock, with timers that are accurate to well under a millisecond. A plain timer is up to 2 ms late.
 * Here the timer is set short, and the clock is checked in every turn of the event loop for the rest of the last millisecond.
 * That costs CPU only while a task is due within that millisecond.
 */
export class PreciseClock implements Clock {
  private readonly tasks = new DueQueue<Task>();
  private scheduled = 0;
  private timer: NodeJS.Timeout | undefined;
  private timerDue = Number.POSITIVE_INFINITY;
  private immediate: NodeJS.Immediate | undefined;
  private running = false;

  now(): number {
    return performance.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    const entry: Task = { due: this.now() + Math.max(0, delay), order: this.scheduled++, run: task };
    this.tasks.push(entry);
    if (!this.running && this.tasks.first === entry) this.arm();
    return () => {
      entry.run = undefined;
    };
  }

  /** Removes every task, so that nothing keeps the process alive. */
  stop(): void {
    this.tasks.clear();
    this.disarm();
  }

  private runDue(): void {
    this.running = true;
    // New tasks that are due at once wait for the next turn, so that reading nodes' output is never starved.
    const last = this.scheduled;
    for (let next = this.tasks.first; next !== undefined && next.order < last; next = this.tasks.first) {
      if (next.run !== undefined && next.due > this.now() + EARLINESS) break;
      this.tasks.take();
      const run = next.run;
      next.run = undefined;
      run?.();
    }
    this.running = false;
    this.arm();
  }

  private arm(): void {
    const next = this.tasks.first;
    if (next === undefined) {
      this.disarm();
      return;
    }
    const remaining = next.due - this.now();
    if (remaining <= 1) {
      if (this.immediate === undefined) {
        this.disarm();
        this.immediate = setImmediate(() => {
          this.immediate = undefined;
          this.runDue();
        });
      }
      return;
    }
    if (this.immediate !== undefined) return;
    if (this.timer !== undefined && this.timerDue <= next.due) return;
    this.disarm();
    this.timerDue = next.due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.timerDue = Number.POSITIVE_INFINITY;
      this.runDue();
    }, Math.floor(remaining) - 1);
  }

  private disarm(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
    this.timerDue = Number.POSITIVE_INFINITY;
  }
}
