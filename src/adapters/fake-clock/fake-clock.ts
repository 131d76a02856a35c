import { type DueItem, DueQueue } from "../../collections/due-queue.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/** Due in microseconds since the clock's origin; tasks due at the same time run in the order in which they were scheduled. */
interface Task extends DueItem {
  run: (() => void) | undefined;
}

/**
 * A clock that moves only on command; all fast tests and the simulator use it. Time is kept in whole microseconds, so that sums of
 * delays are the same on every machine.
 */
export class FakeClock implements Clock {
  private microseconds = 0;
  private scheduled = 0;
  private readonly tasks = new DueQueue<Task>();

  now(): number {
    return this.microseconds / 1000;
  }

  schedule(delay: number, task: () => void): CancelTask {
    // Every wait takes time, however short: otherwise a caller that waits for "the rest until then" would never leave that instant.
    const wait = delay > 0 ? Math.max(1, Math.round(delay * 1000)) : 0;
    const entry: Task = { due: this.microseconds + wait, order: this.scheduled++, run: task };
    this.tasks.push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Runs every task due within the next `duration` ms, in order, and ends at exactly that time. */
  advance(duration: number): void {
    const end = this.microseconds + Math.round(duration * 1000);
    for (let next = this.tasks.first; next !== undefined && next.due <= end; next = this.tasks.first) this.runNext();
    this.microseconds = end;
  }

  /** Jumps to the next task and runs it; false when nothing is scheduled. */
  step(): boolean {
    while (this.tasks.first !== undefined) if (this.runNext()) return true;
    return false;
  }

  /** When the next task is due, in ms; `undefined` if nothing is scheduled. */
  nextDue(): number | undefined {
    while (this.tasks.first !== undefined && this.tasks.first.run === undefined) this.tasks.take();
    return this.tasks.first === undefined ? undefined : this.tasks.first.due / 1000;
  }

  private runNext(): boolean {
    const next = this.tasks.take();
    if (next?.run === undefined) return false;
    this.microseconds = next.due;
    next.run();
    return true;
  }
}
