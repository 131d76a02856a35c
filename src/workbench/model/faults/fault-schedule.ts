import type { CancelTask, Clock } from "../../../domain/ports/clock.js";
import type { Random } from "../../../domain/ports/random.js";
import { drawGap } from "../latency.js";
import type { Fault } from "./fault.js";
import type { FaultGaps, FaultName } from "./fault-settings.js";

/** Called for every start and stop, with a description of the fault. */
export type FaultListener = (fault: FaultName, action: "start" | "stop", detail: string) => void;

/** Timing of a fault, in ms. */
export interface FaultTiming {
  /** Mean time between a start and the stop, and between the stop and the next start; for brief faults, between two starts. */
  readonly interval: number;
  readonly gaps: FaultGaps;
  /** Time from `begin` to the first start. */
  readonly offset: number;
}

interface FaultScheduleDeps {
  readonly fault: Fault;
  readonly clock: Clock;
  readonly random: Random;
  readonly listener: FaultListener;
}

/**
 * Starts and stops one fault in turn. A fault without a duration of its own lasts one gap, and starts again a gap later,
 * as in Jepsen. A brief one starts a gap after its last start, but never before it has ended.
 */
export class FaultSchedule {
  private state: "idle" | "active" | "stopping" = "idle";
  private mayStart = true;
  private cancelNext: CancelTask | undefined;
  private nextStart = 0;
  private ended: (() => void) | undefined;

  constructor(
    private readonly deps: FaultScheduleDeps,
    private readonly timing: FaultTiming,
  ) {}

  begin(): void {
    if (this.timing.offset === 0) this.start();
    else this.cancelNext = this.deps.clock.schedule(this.timing.offset, () => this.start());
  }

  /** Prevents further starts; an active fault lasts until `end`, or until its own duration is over. */
  pause(): void {
    this.mayStart = false;
    if (this.state === "idle" || this.deps.fault.duration === undefined) this.cancelNext?.();
  }

  /** Stops the fault permanently; calls `ended` once everything works again. */
  end(ended: () => void): void {
    this.pause();
    if (this.state === "idle") {
      ended();
      return;
    }
    this.ended = ended;
    if (this.state === "active") this.stop();
  }

  /** Does nothing from now on, and leaves everything as it is. */
  cancel(): void {
    this.mayStart = false;
    this.cancelNext?.();
  }

  private start(): void {
    const { fault, clock } = this.deps;
    this.state = "active";
    this.deps.listener(fault.name, "start", fault.start());
    const gap = this.gap();
    this.nextStart = clock.now() + gap;
    this.cancelNext = clock.schedule(fault.duration ?? gap, () => this.stop());
  }

  private stop(): void {
    const { fault, clock } = this.deps;
    this.state = "stopping";
    this.cancelNext?.();
    fault.stop((detail) => {
      this.state = "idle";
      this.deps.listener(fault.name, "stop", detail);
      if (this.ended !== undefined) this.ended();
      else if (this.mayStart) {
        const wait = fault.duration === undefined ? this.gap() : Math.max(0, this.nextStart - clock.now());
        this.cancelNext = clock.schedule(wait, () => this.start());
      }
    });
  }

  private gap(): number {
    const { interval, gaps } = this.timing;
    return gaps === "even" ? interval : drawGap(interval, this.deps.random);
  }
}
