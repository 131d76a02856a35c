import type { Random } from "../../domain/ports/random.js";

/** Pauses between attempts: exponentially longer each time, and different for each node. */
export class BackOff {
  private failures = 0;

  /** @param shortest the first pause, in ms @param longest upper bound before the variation of up to a half, in ms */
  constructor(
    private readonly random: Random,
    private readonly shortest: number,
    private readonly longest: number,
  ) {}

  /** The next pause in ms: between 0.5 and 1.5 times the doubled value. */
  next(): number {
    const pause = Math.min(this.longest, this.shortest * 2 ** this.failures);
    this.failures++;
    return pause * (0.5 + this.random.next());
  }

  reset(): void {
    this.failures = 0;
  }
}
