import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";

/** One line of a kind in so many ms; how many there would have been is told with the next one. */
const INTERVAL = 10_000;

/** A log that strangers cannot fill: what happens over and over is told now and then. */
export class RationedLog implements Log {
  private readonly kinds = new Map<string, { readonly at: number; untold: number }>();
  /** What has been counted since its last line, and the timer of the next one. */
  private readonly counts = new Map<string, { count: number; text: (count: number) => string; cancel: CancelTask }>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Tells it in any case. */
  line(text: string): void {
    this.log.line(text);
  }

  /**
   * Adds to what is counted, and tells how much there was: at once, and then every 10 s as long as there is more. Nothing that
   * was counted is left untold, but for what comes after `close`.
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

  /** Tells what was counted and not told yet. */
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

  /** Tells it unless something of the same kind was told just now. There must be few kinds. */
  ration(kind: string, text: string): void {
    const last = this.kinds.get(kind);
    const now = this.clock.now();
    if (last !== undefined && now - last.at < INTERVAL) {
      last.untold++;
      return;
    }
    this.kinds.set(kind, { at: now, untold: 0 });
    const untold = last?.untold ?? 0;
    this.log.line(untold === 0 ? text : `${text} (and ${untold} more like this before)`);
  }
}
