import type { Prober } from "../../delta/prober";
import type { RttEstimator } from "../../delta/rtt-estimator";
import type { CancelTask, Clock } from "../../ports/clock";
import type { MemberId } from "../../ports/transport";
import type { Batcher } from "../batcher";

/** How long the answer to a probe is waited for before another child is asked, in ms. */
const PROBE_TIMEOUT = 1000;

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
    this.cancel = this.clock.schedule(PROBE_TIMEOUT, () => this.start(index + 1));
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
