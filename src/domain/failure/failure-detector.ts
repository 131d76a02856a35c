import type { Pacer } from "../batching/pacer.js";
import { FAILURE_DETECTOR, NETWORK } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Prober } from "../delta/prober.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import { Slot } from "../delta/slot.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { Signal } from "../signal.js";
import type { Overlay } from "../tree/overlay.js";

interface Probing {
  cancel: CancelTask | undefined;
  probes: number;
  /** How many probes have to go unanswered. */
  enough: number;
}

const PROBING = new Slot<Probing>(
  () => ({ cancel: undefined, probes: 0, enough: FAILURE_DETECTOR.probes }),
  ({ cancel }) => cancel?.(),
);

interface FailureDetectorDeps {
  readonly clock: Clock;
  readonly peers: DeltaTracker;
  readonly prober: Prober;
  readonly rtt: RttEstimator;
  readonly overlay: Pick<Overlay, "isSuspected" | "isClosestLiveAncestorOf">;
  readonly pacer: Pick<Pacer, "isLossy">;
}

/**
 * Finds out who answers. Detection is driven by traffic: only a member that owes an answer is asked, and only one that was
 * found silent is asked again until it is back.
 */
export class FailureDetector {
  /** This member has left all probes unanswered; emitted once. */
  readonly failed = new Signal<MemberId>();

  constructor(private readonly deps: FailureDetectorDeps) {}

  /**
   * Somebody has a reason to think that the member is gone: asks it, unless that is under way or known.
   * @param isHearsay another member has asked several times: here once will do, unless messages get lost
   */
  probe(member: MemberId, isHearsay = false): void {
    const { lastHeardAt = Number.NEGATIVE_INFINITY, slots } = this.deps.peers.of(member);
    if (isHearsay && this.deps.clock.now() - lastHeardAt < FAILURE_DETECTOR.hearsayAge) return;
    const enough = isHearsay && !this.deps.pacer.isLossy ? 1 : FAILURE_DETECTOR.probes;
    const known = slots.find(PROBING);
    if (known !== undefined) {
      known.enough = Math.min(known.enough, enough);
      return;
    }
    const inquiry: Probing = { cancel: undefined, probes: 0, enough };
    slots.set(PROBING, inquiry);
    this.ask(member, inquiry);
  }

  /** The member is known to be silent: looks out for its return. */
  watchForReturn(member: MemberId): void {
    this.forget(member);
    const inquiry: Probing = { cancel: undefined, probes: FAILURE_DETECTOR.probes, enough: FAILURE_DETECTOR.probes };
    this.deps.peers.of(member).slots.set(PROBING, inquiry);
    this.retryLater(member, inquiry);
  }

  /** When something last came from the member, by this node's clock, in ms; `undefined` if nothing ever did. */
  lastHeard(member: MemberId): number | undefined {
    return this.deps.peers.of(member).lastHeardAt;
  }

  /** The member was heard of. */
  heardFrom(member: MemberId): void {
    this.deps.peers.of(member).lastHeardAt = this.deps.clock.now();
    this.forget(member);
  }

  private ask(member: MemberId, inquiry: Probing): void {
    if (inquiry.probes >= inquiry.enough && !this.deps.overlay.isSuspected(member)) {
      this.failed.emit(member);
      return;
    }
    inquiry.probes++;
    this.deps.prober.send(member);
    if (this.deps.overlay.isSuspected(member)) this.retryLater(member, inquiry);
    else {
      const patience = (this.deps.rtt.overall() ?? NETWORK.assumedRoundTrip) + FAILURE_DETECTOR.answerSlack;
      inquiry.cancel = this.deps.clock.schedule(patience, () => this.ask(member, inquiry));
    }
  }

  private retryLater(member: MemberId, inquiry: Probing): void {
    const { first, longest } = this.deps.overlay.isClosestLiveAncestorOf(member)
      ? FAILURE_DETECTOR.retriesFromAbove
      : FAILURE_DETECTOR.retries;
    const pause = Math.min(first * 2 ** (inquiry.probes - FAILURE_DETECTOR.probes), longest);
    inquiry.cancel = this.deps.clock.schedule(pause, () => this.ask(member, inquiry));
  }

  private forget(member: MemberId): void {
    this.deps.peers.of(member).slots.clear(PROBING);
  }
}
