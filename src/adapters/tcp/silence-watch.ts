import type { CancelTask, Clock } from "../../domain/ports/clock.js";

/**
 * Detects a peer that has silently disappeared while messages to it are in flight. While nothing is sent it does nothing.
 */
export class SilenceWatch {
  private cancel: CancelTask | undefined;

  /**
   * @param longest ms of silence before `ask`, and again before `giveUp`
   * @param ask asks for a sign of life
   */
  constructor(
    private readonly clock: Clock,
    private readonly longest: number,
    private readonly ask: () => void,
    private readonly giveUp: () => void,
  ) {}

  /** A message was sent. */
  sent(): void {
    this.cancel ??= this.clock.schedule(this.longest, () => {
      this.cancel = this.clock.schedule(this.longest, this.giveUp);
      this.ask();
    });
  }

  /** A message came, or none will. */
  heard(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
