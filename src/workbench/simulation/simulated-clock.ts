import type { FakeClock } from "../../adapters/fake-clock/fake-clock.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { Liveness } from "../model/liveness.js";
import type { ClockModel } from "./scenario.js";

/** Timers are late by up to this time, in microseconds. */
const LATENESS = 4_000;
const MILLION = 1_000_000;

/**
 * The clock of one life of a member, with its own origin, drift, and slightly late timers. While the member is paused no timer
 * runs; timers that fall due meanwhile run, in order, when it resumes. After its death none runs.
 */
export class SimulatedClock extends Liveness implements Clock {
  constructor(
    private readonly clock: FakeClock,
    private readonly random: Random,
    private readonly model: ClockModel,
  ) {
    super();
  }

  now(): number {
    const microseconds = Math.round(this.clock.now() * 1000);
    return this.model.origin + Math.floor((microseconds * (MILLION + this.model.drift)) / MILLION) / 1000;
  }

  schedule(delay: number, task: () => void): CancelTask {
    let isCancelled = false;
    const lateness = delay > 0 ? Math.floor(this.random.next() * LATENESS) : 0;
    const microseconds = Math.ceil((Math.max(0, delay) * 1000 * MILLION) / (MILLION + this.model.drift)) + lateness;
    const cancel = this.clock.schedule(microseconds / 1000, () =>
      this.whenRunning(() => {
        if (!isCancelled) task();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }
}
