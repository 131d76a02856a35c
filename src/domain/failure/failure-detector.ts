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
  cancel: CancelTask;
  /** Number of unanswered probes so far. */
  probes: number;
  /** Number of unanswered probes after which the member has failed. */
  enough: number;
  /** The last pause between two probes of a suspect, in ms; 0 before the first one. */
  pause: number;
  /** When the last probe was sent, or the watch for a return began, in ms. */
  lastAt: number;
  /** When the next probe is due, in ms. */
  dueAt: number;
}

const PROBING = new Slot<Probing>(
  () => ({ cancel: () => {}, probes: 0, enough: FAILURE_DETECTOR.probes, pause: 0, lastAt: 0, dueAt: 0 }),
  ({ cancel }) => cancel(),
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
 * Finds out which members are alive. Detection is driven by traffic: only a member that owes an answer is probed, and
 * only a suspect is probed again until it returns.
 */
export class FailureDetector {
  /** Emitted once when a member has left all probes unanswered. */
  readonly failed = new Signal<MemberId>();

  constructor(private readonly deps: FailureDetectorDeps) {}

  /**
   * Probes a member that may have failed, unless a probe is under way or the member is a suspect.
   * @param isHearsay whether another member has probed it already: then one probe is enough, unless messages get lost
   */
  probe(member: MemberId, isHearsay = false): void {
    const { lastHeardAt = Number.NEGATIVE_INFINITY, slots } = this.deps.peers.of(member);
    if (isHearsay && this.deps.clock.now() - lastHeardAt < FAILURE_DETECTOR.hearsayAge) return;
    const enough = isHearsay && !this.deps.pacer.isLossy ? 1 : FAILURE_DETECTOR.probes;
    const isUnderWay = slots.find(PROBING) !== undefined;
    const probing = slots.of(PROBING);
    probing.enough = Math.min(probing.enough, enough);
    if (!isUnderWay) this.sendProbe(member, probing);
  }

  /** Probes a suspect until it returns. */
  watchForReturn(member: MemberId): void {
    this.stopProbing(member);
    const probing = this.deps.peers.of(member).slots.of(PROBING);
    probing.probes = FAILURE_DETECTOR.probes;
    probing.lastAt = this.deps.clock.now();
    this.retryLater(member, probing);
  }

  /**
   * Brings the next probe of a suspect forward, to at least `retriesFromAbove.longest` after the last one. The pauses then
   * restart from the first. Called when the suspect has probably returned, or when this node may have become its closest
   * live ancestor. Does nothing for a member that is no suspect.
   */
  hasten(suspect: MemberId): void {
    const probing = this.deps.overlay.isSuspected(suspect) ? this.deps.peers.state(suspect, PROBING) : undefined;
    if (probing === undefined) return;
    const dueAt = Math.max(this.deps.clock.now(), probing.lastAt + FAILURE_DETECTOR.retriesFromAbove.longest);
    if (dueAt >= probing.dueAt) return;
    probing.cancel();
    probing.pause = 0;
    this.sendProbeAt(dueAt, suspect, probing);
  }

  /** When the last message of the member came, by this node's clock, in ms; `undefined` if none came. */
  lastHeard(member: MemberId): number | undefined {
    return this.deps.peers.peek(member).lastHeardAt;
  }

  /** A message of the member came. */
  heardFrom(member: MemberId): void {
    this.deps.peers.of(member).lastHeardAt = this.deps.clock.now();
    this.stopProbing(member);
  }

  private sendProbe(member: MemberId, probing: Probing): void {
    if (probing.probes >= probing.enough && !this.deps.overlay.isSuspected(member)) {
      this.failed.emit(member);
      return;
    }
    probing.probes++;
    probing.lastAt = this.deps.clock.now();
    this.deps.prober.send(member);
    if (this.deps.overlay.isSuspected(member)) this.retryLater(member, probing);
    else {
      const patience = (this.deps.rtt.overall() ?? NETWORK.assumedRoundTrip) + FAILURE_DETECTOR.answerSlack;
      this.sendProbeAt(probing.lastAt + patience, member, probing);
    }
  }

  private retryLater(member: MemberId, probing: Probing): void {
    const { first, longest } = this.deps.overlay.isClosestLiveAncestorOf(member)
      ? FAILURE_DETECTOR.retriesFromAbove
      : FAILURE_DETECTOR.retries;
    // Once another member is the closest ancestor, the pauses of this node begin anew with the longer ones.
    probing.pause = Math.min(Math.max(first, 2 * probing.pause), longest);
    this.sendProbeAt(this.deps.clock.now() + probing.pause, member, probing);
  }

  private sendProbeAt(dueAt: number, member: MemberId, probing: Probing): void {
    probing.dueAt = dueAt;
    probing.cancel = this.deps.clock.schedule(dueAt - this.deps.clock.now(), () => this.sendProbe(member, probing));
  }

  private stopProbing(member: MemberId): void {
    this.deps.peers.clear(member, PROBING);
  }
}
