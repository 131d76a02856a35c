import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/**
 * Notices a peer that is gone without a word, while something is under way to it. As long as nothing is sent there is
 * nothing to notice, and nothing is asked.
 */
export class SilenceWatch {
  private cancel: CancelTask | undefined;

  /**
   * @param longest ms without a word before `ask`, and again before `giveUp`
   * @param ask asks for a sign of life
   */
  constructor(
    private readonly clock: Clock,
    private readonly longest: number,
    private readonly ask: () => void,
    private readonly giveUp: () => void,
  ) {}

  /** Something was sent. */
  sent(): void {
    this.cancel ??= this.clock.schedule(this.longest, () => {
      this.cancel = this.clock.schedule(this.longest, this.giveUp);
      this.ask();
    });
  }

  /** Something came, or nothing will. */
  heard(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
