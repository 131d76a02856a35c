import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";

/** One line of a kind in so many ms; how many there would have been is told with the next one. */
const INTERVAL = 10_000;

/** A log that strangers cannot fill: what happens over and over is told now and then. */
export class RationedLog implements Log {
  private readonly kinds = new Map<string, { readonly at: number; untold: number }>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Tells it in any case. */
  line(text: string): void {
    this.log.line(text);
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
