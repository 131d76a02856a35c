import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { Liveness } from "../model/liveness.js";

/** How a virtual node's clock and timers differ from perfect ones. */
export interface ClockFaults {
  /** Mean lateness of a timer, exponentially distributed, in ms. */
  readonly timerLateness: number;
  /** Every so often (with this probability) a timer is late by up to `hiccup` ms. */
  readonly hiccupProbability: number;
  readonly hiccup: number;
}

/** Timers as they were seen on busy machines: late by 2 ms on average, and by up to 30 ms now and then. */
export const BUSY_MACHINE: ClockFaults = { timerLateness: 2, hiccupProbability: 0.005, hiccup: 30 };

/**
 * The clock of one life of a node: another origin than anybody else's, and timers that are late as a real machine's are.
 * Timers of a paused node run, in order, when it goes on, and those of a dead one never.
 */
export class NodeClock extends Liveness implements Clock {
  private readonly origin: number;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: ClockFaults | undefined,
    /** Runs what a timer has woken, when the machine gets to it; at once if absent. */
    private readonly run: (event: () => void) => void = (event) => event(),
  ) {
    super();
    this.origin = Math.floor(random.next() * 1e6);
  }

  now(): number {
    return this.clock.now() + this.origin;
  }

  schedule(delay: number, task: () => void): CancelTask {
    let isCancelled = false;
    const cancel = this.clock.schedule(Math.max(0, delay) + this.lateness(), () => {
      if (isCancelled) return;
      this.run(() =>
        this.whenRunning(() => {
          if (!isCancelled) task();
        }),
      );
    });
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  private lateness(): number {
    if (this.faults === undefined) return 0;
    const { timerLateness, hiccupProbability, hiccup } = this.faults;
    const late = -Math.log(1 - this.random.next()) * timerLateness;
    return this.random.next() < hiccupProbability ? late + this.random.next() * hiccup : late;
  }
}
