import type { CancelTask, Clock } from "../../domain/ports/clock.js";

interface SilenceListener {
  /** Asks for a sign of life. */
  readonly ask: () => void;
  readonly giveUp: () => void;
}

/**
 * Detects a peer that has silently disappeared while messages to it are in flight. While nothing is sent it does nothing.
 */
export class SilenceWatch {
  private cancel: CancelTask | undefined;

  /** @param longest ms of silence before `ask`, and again before `giveUp` */
  constructor(
    private readonly clock: Clock,
    private readonly longest: number,
    private readonly listener: SilenceListener,
  ) {}

  /** A message was sent. */
  sent(): void {
    this.cancel ??= this.clock.schedule(this.longest, () => {
      this.cancel = this.clock.schedule(this.longest, this.listener.giveUp);
      this.listener.ask();
    });
  }

  /** A message came, or none will. */
  heard(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** There is another sign of life, and still something under way. */
  restart(): void {
    this.heard();
    this.sent();
  }
}
