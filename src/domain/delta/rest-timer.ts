import { PEER } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { DeltaTracker } from "./delta-tracker.js";

/**
 * Puts peers at rest some time after a message has come. A timer does it, because no service holds a `Peer` between tasks.
 * A silent node has no timer.
 */
export class RestTimer {
  private cancel: CancelTask | undefined;

  constructor(private readonly deps: { readonly clock: Clock; readonly peers: DeltaTracker }) {}

  messageReceived(): void {
    const { clock, peers } = this.deps;
    if (this.cancel !== undefined || !peers.mayRest) return;
    this.cancel = clock.schedule(PEER.restingDelay, () => {
      this.cancel = undefined;
      peers.rest();
    });
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
