import type { CancelTask, Clock } from "../../domain/ports/clock.js";

interface Task {
  /** Microseconds since the clock's origin. */
  readonly due: number;
  /** Position in the order of scheduling, which decides between tasks due at the same time. */
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * A clock that moves only when told to: the heart of every fast test and of the simulator. Time is kept in whole
 * microseconds, so that sums of delays come out the same on every machine.
 */
export class FakeClock implements Clock {
  private microseconds = 0;
  private scheduled = 0;
  private readonly heap: Task[] = [];

  now(): number {
    return this.microseconds / 1000;
  }

  schedule(delay: number, task: () => void): CancelTask {
    // A wait, however short, takes time: who waits for "the rest until then" would otherwise wait at one instant for ever.
    const wait = delay > 0 ? Math.max(1, Math.round(delay * 1000)) : 0;
    const entry: Task = { due: this.microseconds + wait, order: this.scheduled++, run: task };
    this.push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Runs everything that falls due within the next `duration` ms, in order, and ends at exactly that time. */
  advance(duration: number): void {
    const end = this.microseconds + Math.round(duration * 1000);
    while (this.heap.length > 0 && (this.heap[0] as Task).due <= end) this.runNext();
    this.microseconds = end;
  }

  /** Jumps to the next task and runs it; false when nothing is scheduled. */
  step(): boolean {
    while (this.heap.length > 0) if (this.runNext()) return true;
    return false;
  }

  private runNext(): boolean {
    const next = this.pop();
    if (next.run === undefined) return false;
    this.microseconds = next.due;
    next.run();
    return true;
  }

  private push(task: Task): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[index] = heap[parent] as Task;
      index = parent;
    }
    heap[index] = task;
  }

  private pop(): Task {
    const { heap } = this;
    const first = heap[0] as Task;
    const last = heap.pop() as Task;
    if (heap.length > 0) {
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task)) child++;
        if (!isBefore(heap[child] as Task, last)) break;
        heap[index] = heap[child] as Task;
        index = child;
      }
      heap[index] = last;
    }
    return first;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
