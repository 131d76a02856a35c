import type { Random } from "../../domain/ports/random.js";

/** How long to pause before the next attempt: exponentially longer each time, and never the same for two nodes. */
export class BackOff {
  private failures = 0;

  /** @param shortest the first pause, in ms @param longest what no pause exceeds by more than half, in ms */
  constructor(
    private readonly random: Random,
    private readonly shortest: number,
    private readonly longest: number,
  ) {}

  /** The next pause in ms: between a half and one and a half of what it has doubled to. */
  next(): number {
    const pause = Math.min(this.longest, this.shortest * 2 ** this.failures);
    this.failures++;
    return pause * (0.5 + this.random.next());
  }

  reset(): void {
    this.failures = 0;
  }
}
