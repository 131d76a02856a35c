import { ROUNDS } from "../../config.js";
import type { RoundSchedule } from "../../messages.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Batcher } from "../batcher.js";
import type { RoundPacer } from "./round-pacer.js";

interface DowncastTimeoutDeps {
  readonly clock: Clock;
  readonly overlay: TreePosition;
  readonly roundPacer: RoundPacer;
  readonly batcher: Batcher;
}

/**
 * Notices a downcast that does not come, while messages get lost: where each round has brought values the next one should,
 * and what it brought is had sooner by asking for it than by waiting for the gap that the one after it shows.
 */
export class DowncastTimeout {
  private cancel: CancelTask | undefined;
  private asked = 0;

  constructor(private readonly deps: DowncastTimeoutDeps) {}

  /**
   * Something came from a member. If that is the parent, and brought values with its downcast, it is expected to do so again.
   * @param notice of the downcast; absent if there were no values
   */
  received(from: MemberId, notice?: RoundSchedule): void {
    if (from !== this.deps.overlay.parent) return;
    if (this.asked > 0) this.close();
    if (notice === undefined || !this.deps.roundPacer.isLossy) return;
    this.close();
    this.askIn(notice.next + this.deps.roundPacer.tolerance);
  }

  private askIn(delay: number): void {
    this.cancel = this.deps.clock.schedule(delay, () => {
      const { parent } = this.deps.overlay;
      if (parent === undefined) return;
      this.deps.batcher.requestAck(parent);
      this.asked++;
      if (this.asked < ROUNDS.downcastQuestions) this.askIn(this.deps.roundPacer.answerTime(parent));
    });
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.asked = 0;
  }
}
