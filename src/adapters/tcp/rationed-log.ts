import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log, LogEvent } from "../../domain/ports/log.js";

/** Interval between two lines of a kind, in ms; the next line says how many were left out. */
const INTERVAL = 10_000;

/** The events of a kind that were counted and not yet logged. */
interface Counted {
  count: number;
  event: (count: number) => LogEvent;
  readonly cancel: CancelTask;
}

/** A log that strangers cannot flood: it limits repeated lines. */
export class RationedLog implements Log {
  private readonly kinds = new Map<string, { readonly at: number; untold: number }>();
  /** The count since the last line of a kind, and the timer of the next one. */
  private readonly counts = new Map<string, Counted>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Logs an event in any case. */
  event(event: LogEvent): void {
    this.log.event(event);
  }

  /**
   * Adds to a count and logs it: at once, and then every 10 s while it grows. Every counted event is logged, except those after
   * `close`.
   */
  count(kind: string, more: number, event: (count: number) => LogEvent): void {
    const counted = this.counts.get(kind);
    if (counted !== undefined) {
      counted.count += more;
      counted.event = event;
      return;
    }
    this.log.event(event(more));
    this.countOn(kind, event);
  }

  /** Logs all outstanding counts. */
  close(): void {
    for (const [kind, { cancel, count, event }] of this.counts) {
      cancel();
      this.counts.delete(kind);
      if (count > 0) this.log.event(event(count));
    }
  }

  private countOn(kind: string, event: (count: number) => LogEvent): void {
    const cancel = this.clock.schedule(INTERVAL, () => {
      this.counts.delete(kind);
      if (counted.count === 0) return;
      this.log.event(counted.event(counted.count));
      this.countOn(kind, counted.event);
    });
    const counted: Counted = { count: 0, event, cancel };
    this.counts.set(kind, counted);
  }

  /**
   * Logs an event unless one of the same kind was logged just now; the next one has the number of those left out in its field
   * `omitted`. There must be few kinds.
   */
  ration(kind: string, event: LogEvent): void {
    const last = this.kinds.get(kind);
    const now = this.clock.now();
    if (last !== undefined && now - last.at < INTERVAL) {
      last.untold++;
      return;
    }
    this.kinds.set(kind, { at: now, untold: 0 });
    const omitted = last?.untold ?? 0;
    this.log.event(omitted === 0 ? event : withOmitted(event, omitted));
  }
}

function withOmitted(event: LogEvent, omitted: number): LogEvent {
  const text = `${event.text} (${omitted} similar ${omitted === 1 ? "line" : "lines"} omitted before)`;
  return { ...event, fields: { ...event.fields, omitted }, text };
}
