import { ROUNDS } from "../../config.js";
import type { RoundSchedule } from "../../messages.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Batcher } from "../batcher.js";
import type { RoundPacer } from "./round-pacer.js";

export interface DowncastTimeoutDeps {
  readonly clock: Clock;
  readonly overlay: TreePosition;
  readonly roundPacer: RoundPacer;
  readonly batcher: Batcher;
}

/**
 * Notices a missing downcast while messages get lost. If the last round brought values, the next one probably does too.
 * A request brings them sooner than the gap that the following downcast would show.
 */
export class DowncastTimeout {
  private cancel: CancelTask | undefined;
  private requests = 0;

  constructor(private readonly deps: DowncastTimeoutDeps) {}

  /**
   * A member sent a message. If it is the parent and its downcast brought values, the next downcast is awaited.
   * @param schedule the schedule of the downcast; absent if it brought no values
   */
  received(from: MemberId, schedule?: RoundSchedule): void {
    if (from !== this.deps.overlay.parent) return;
    if (this.requests > 0) this.close();
    if (schedule === undefined || !this.deps.roundPacer.isLossy) return;
    this.close();
    this.requestIn(schedule.next + this.deps.roundPacer.tolerance);
  }

  private requestIn(delay: number): void {
    this.cancel = this.deps.clock.schedule(delay, () => {
      const { parent } = this.deps.overlay;
      if (parent === undefined) return;
      this.deps.batcher.requestAck(parent);
      this.requests++;
      if (this.requests < ROUNDS.downcastRequests) this.requestIn(this.deps.roundPacer.answerTime(parent));
    });
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.requests = 0;
  }
}
