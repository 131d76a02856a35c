import { ROUNDS } from "../../config.js";
import type { Prober } from "../../delta/prober.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { Batcher } from "../batcher.js";

/**
 * Measures a round trip before the first round, so that its upcasts come at the right time: the root asks one of its
 * children, and every downcast passes the result on as a hint.
 */
export class InitialRttProbe {
  private cancel: CancelTask | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly probes: Prober,
    private readonly batcher: Batcher,
    private readonly roundTrips: RttEstimator,
    private readonly children: readonly MemberId[],
  ) {}

  /** Asks the children one after the other until one answers, or a round trip is known otherwise. */
  start(index = 0): void {
    const child = this.children[index];
    if (child === undefined || this.roundTrips.overall() !== undefined) return;
    this.probes.send(child);
    this.cancel = this.clock.schedule(ROUNDS.probeTimeout, () => this.start(index + 1));
  }

  /** A round trip was measured by a probe. */
  rttMeasured(): void {
    this.close();
    for (const child of this.children) this.batcher.reschedule(child);
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
