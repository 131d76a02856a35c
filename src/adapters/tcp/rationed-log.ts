import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";

/** Interval between two lines of a kind, in ms; the next line says how many were left out. */
const INTERVAL = 10_000;

/** A log that strangers cannot flood: it limits repeated lines. */
export class RationedLog implements Log {
  private readonly kinds = new Map<string, { readonly at: number; untold: number }>();
  /** The count since the last line of a kind, and the timer of the next one. */
  private readonly counts = new Map<string, { count: number; text: (count: number) => string; cancel: CancelTask }>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Logs a line in any case. */
  line(text: string): void {
    this.log.line(text);
  }

  /**
   * Adds to a count and logs it: at once, and then every 10 s while it grows. Every counted event is logged, except those after
   * `close`.
   */
  count(kind: string, more: number, text: (count: number) => string): void {
    const counted = this.counts.get(kind);
    if (counted !== undefined) {
      counted.count += more;
      counted.text = text;
      return;
    }
    this.log.line(text(more));
    this.countOn(kind, text);
  }

  /** Logs all outstanding counts. */
  close(): void {
    for (const [kind, { cancel, count, text }] of this.counts) {
      cancel();
      this.counts.delete(kind);
      if (count > 0) this.log.line(text(count));
    }
  }

  private countOn(kind: string, text: (count: number) => string): void {
    const cancel = this.clock.schedule(INTERVAL, () => {
      const counted = this.counts.get(kind);
      this.counts.delete(kind);
      if (counted === undefined || counted.count === 0) return;
      this.log.line(counted.text(counted.count));
      this.countOn(kind, counted.text);
    });
    this.counts.set(kind, { count: 0, text, cancel });
  }

  /** Logs a line unless one of the same kind was logged just now. There must be few kinds. */
  ration(kind: string, text: string): void {
    const last = this.kinds.get(kind);
    const now = this.clock.now();
    if (last !== undefined && now - last.at < INTERVAL) {
      last.untold++;
      return;
    }
    this.kinds.set(kind, { at: now, untold: 0 });
    const untold = last?.untold ?? 0;
    this.log.line(
      untold === 0 ? text : `${text} (${untold} similar ${untold === 1 ? "line" : "lines"} omitted before)`,
    );
  }
}
