import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { Liveness } from "../model/liveness.js";

/** Deviations of a virtual node's clock and timers from perfect ones. */
export interface ClockFaults {
  /** Mean lateness of a timer, exponentially distributed, in ms. */
  readonly timerLateness: number;
  /** Probability that a timer is late by up to `hiccup` ms. */
  readonly hiccupProbability: number;
  readonly hiccup: number;
}

/** Timers as measured on busy machines: late by 2 ms on average, and occasionally by up to 30 ms. */
export const BUSY_MACHINE: ClockFaults = { timerLateness: 2, hiccupProbability: 0.005, hiccup: 30 };

interface NodeClockDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Runs the work of a timer when the machine gets to it; at once if absent. */
  readonly run?: ((event: () => void) => void) | undefined;
}

/**
 * The clock of one life of a node, with its own origin and timers as late as on a real machine. Timers of a paused node run,
 * in order, when it resumes; those of a dead node never run.
 */
export class NodeClock extends Liveness implements Clock {
  private readonly origin: number;

  constructor(
    private readonly deps: NodeClockDeps,
    private readonly faults?: ClockFaults,
  ) {
    super();
    this.origin = Math.floor(deps.random.next() * 1e6);
  }

  now(): number {
    return this.deps.clock.now() + this.origin;
  }

  schedule(delay: number, task: () => void): CancelTask {
    let isCancelled = false;
    const cancel = this.deps.clock.schedule(Math.max(0, delay) + this.lateness(), () => {
      if (isCancelled) return;
      const { run = (event: () => void) => event() } = this.deps;
      run(() =>
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
    const late = -Math.log(1 - this.deps.random.next()) * timerLateness;
    return this.deps.random.next() < hiccupProbability ? late + this.deps.random.next() * hiccup : late;
  }
}
