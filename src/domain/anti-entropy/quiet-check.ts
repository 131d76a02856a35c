import { ANTI_ENTROPY } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";

/**
 * Compares once no new value has come for a while. A lost value is usually noticed by the values behind it; the last ones before
 * a cluster falls silent have none, and a member that owes them to another one may have ended.
 */
export class QuietCheck {
  private cancel: CancelTask | undefined;
  /** Since when it has been quiet, by this node's clock, in ms. */
  private quietSince = 0;
  private readonly quietTime: number;

  /**
   * @param settleTime younger values are still in flight, in ms
   * @param compare compares with another member
   */
  constructor(
    private readonly deps: { readonly clock: Clock },
    settleTime: number,
    private readonly compare: () => void,
  ) {
    this.quietTime = Math.max(ANTI_ENTROPY.quietTime, 2 * settleTime);
  }

  /** A new value has come, from a client or a member, or another member is known to have one. */
  restart(): void {
    this.quietSince = this.deps.clock.now();
    if (this.cancel === undefined) this.checkIn(this.quietTime);
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private checkIn(wait: number): void {
    this.cancel = this.deps.clock.schedule(wait, () => {
      this.cancel = undefined;
      const left = this.quietSince + this.quietTime - this.deps.clock.now();
      if (left > 0) this.checkIn(left);
      else this.compare();
    });
  }
}
