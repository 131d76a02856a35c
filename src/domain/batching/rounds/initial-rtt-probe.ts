import { ROUNDS } from "../../config.js";
import type { Prober } from "../../delta/prober.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Batcher } from "../batcher.js";

export interface InitialRttProbeDeps {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly batcher: Batcher;
  readonly rtt: RttEstimator;
  readonly overlay: Pick<TreePosition, "parent" | "children">;
}

/**
 * Measures a round trip before the first round, so that its upcasts leave at the right time. The root probes one of its
 * children, and every downcast carries the result as a hint.
 */
export class InitialRttProbe {
  private cancel: CancelTask | undefined;

  /** The children of the root. Other members measure nothing before their first round. */
  private readonly children: readonly MemberId[];

  constructor(private readonly deps: InitialRttProbeDeps) {
    const { parent, children } = deps.overlay;
    this.children = parent === undefined ? children : [];
  }

  /** Probes one child after another until one answers, or a round trip is known from other messages. */
  start(index = 0): void {
    const child = this.children[index];
    if (child === undefined || this.deps.rtt.overall() !== undefined) return;
    this.deps.prober.send(child);
    this.cancel = this.deps.clock.schedule(ROUNDS.probeTimeout, () => this.start(index + 1));
  }

  /** A probe has measured a round trip. */
  rttMeasured(): void {
    this.close();
    for (const child of this.children) this.deps.batcher.reschedule(child);
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
