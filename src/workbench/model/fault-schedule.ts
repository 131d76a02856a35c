import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import type { Fault } from "./fault.js";
import { drawGap } from "./latency.js";

/** Told of every start and stop, with what the fault says about it. */
export type FaultListener = (fault: string, action: "start" | "stop", detail: string) => void;

/** Starts and stops one fault in turn: the first start at once, then gaps uniform in 0 … 2·`interval` ms. */
export class FaultSchedule {
  private started = false;
  private cancelNext: CancelTask | undefined;

  constructor(
    private readonly fault: Fault,
    private readonly interval: number,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly listener: FaultListener,
  ) {}

  begin(): void {
    const { fault, clock, random } = this;
    const action = this.started ? "stop" : "start";
    this.listener(fault.name, action, this.started ? fault.stop() : fault.start());
    this.started = !this.started;
    this.cancelNext = clock.schedule(drawGap(this.interval, random), () => this.begin());
  }

  /** No more starts; what is wrong stays wrong until `end`. */
  pause(): void {
    this.cancelNext?.();
  }

  /** Stops the fault for good. */
  end(): void {
    this.pause();
    this.listener(this.fault.name, "stop", this.fault.stop());
    this.started = false;
  }
}
