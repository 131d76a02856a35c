import type { Clock } from "../../domain/ports/clock.js";
import type { Span } from "./spans.js";

/** A time that the bench spent on nodes' output; ms of the clock, and of the bench's CPU time. */
interface Work {
  readonly from: number;
  to: number;
  readonly cpuFrom: number;
  cpuTo: number;
}

/** Work separated by a smaller gap (ms) is merged: between the two the bench fetches bytes from pipes. */
const LARGEST_GAP = 0.5;

/**
 * Times that the bench spent on reading, parsing, routing and handing on nodes' output. If the CPU time is known, only that
 * part of each counts: the machine may have taken the CPU away meanwhile, which is not the nodes' fault.
 */
export class NodeOutput {
  private recent: Work[] = [];
  private readonly kept: Work[] = [];
  private isWorking = false;

  constructor(
    private readonly clock: Clock,
    /** CPU time that the bench has used so far, in ms; absent where time is virtual. */
    private readonly cpuTime?: () => number,
  ) {}

  /** Does work caused by a node's output. */
  handle(work: () => void): void {
    if (this.isWorking) {
      work();
      return;
    }
    this.isWorking = true;
    const from = this.clock.now();
    const cpuFrom = this.cpuTime?.() ?? from;
    try {
      work();
    } finally {
      this.isWorking = false;
      const to = this.clock.now();
      this.note({ from, to, cpuFrom, cpuTo: this.cpuTime?.() ?? to });
    }
  }

  /** Keeps the work that overlaps a stall that began at `from`. */
  keepSince(from: number): void {
    const overlaps = ({ to }: Work) => to > from;
    if (!this.recent.some(overlaps)) return;
    this.kept.push(...this.recent.filter(overlaps));
    this.recent = this.recent.filter((work) => !overlaps(work));
  }

  /** Drops work that ended before `time` and overlapped no stall. */
  forgetUntil(time: number): void {
    if (this.recent.length > 0) this.recent = this.recent.filter(({ to }) => to > time);
  }

  /** The work that was kept, in order. */
  spans(): Span[] {
    const sorted = this.kept.toSorted((one, other) => one.from - other.from);
    return sorted.map(({ from, to, cpuFrom, cpuTo }): Span => [from, Math.min(to, from + cpuTo - cpuFrom)]);
  }

  private note(work: Work): void {
    const last = this.recent.at(-1);
    if (last === undefined || work.from - last.to > LARGEST_GAP) {
      this.recent.push(work);
      return;
    }
    last.to = work.to;
    last.cpuTo = work.cpuTo;
  }
}
