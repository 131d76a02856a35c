import { FAILURE_DETECTOR, NETWORK } from "../config.js";
import type { Prober } from "../delta/prober.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";

interface Probing {
  cancel: CancelTask | undefined;
  probes: number;
  /** How many probes have to go unanswered. */
  enough: number;
}

/**
 * Finds out who answers. Detection is driven by traffic: only a member that owes an answer is asked, and only one that was
 * found silent is asked again until it is back.
 */
export class FailureDetector {
  private readonly inquiries = new Map<MemberId, Probing>();
  /** When something last came from each member. */
  private readonly heardAt = new Map<MemberId, number>();

  constructor(
    private readonly clock: Clock,
    private readonly probes: Prober,
    private readonly roundTrips: RttEstimator,
    private readonly isNextAbove: (member: MemberId) => boolean,
    private readonly isSuspected: (member: MemberId) => boolean,
    /** Do messages get lost all the time? */
    private readonly isLossy: () => boolean,
    /** Told once when a member does not answer. */
    private readonly onSilence: (member: MemberId) => void,
  ) {}

  /**
   * Somebody has a reason to think that the member is gone: asks it, unless that is under way or known.
   * @param isHearsay another member has asked several times: here once will do, unless messages get lost
   */
  probe(member: MemberId, isHearsay = false): void {
    const heardAt = this.heardAt.get(member) ?? Number.NEGATIVE_INFINITY;
    if (isHearsay && this.clock.now() - heardAt < FAILURE_DETECTOR.hearsayAge) return;
    const enough = isHearsay && !this.isLossy() ? 1 : FAILURE_DETECTOR.probes;
    const known = this.inquiries.get(member);
    if (known !== undefined) {
      known.enough = Math.min(known.enough, enough);
      return;
    }
    const inquiry: Probing = { cancel: undefined, probes: 0, enough };
    this.inquiries.set(member, inquiry);
    this.ask(member, inquiry);
  }

  /** The member is known to be silent: looks out for its return. */
  watchForReturn(member: MemberId): void {
    this.forget(member);
    const inquiry: Probing = { cancel: undefined, probes: FAILURE_DETECTOR.probes, enough: FAILURE_DETECTOR.probes };
    this.inquiries.set(member, inquiry);
    this.retryLater(member, inquiry);
  }

  /** When something last came from the member, by this node's clock, in ms; `undefined` if nothing ever did. */
  lastHeard(member: MemberId): number | undefined {
    return this.heardAt.get(member);
  }

  /** The member was heard of. */
  heardFrom(member: MemberId): void {
    this.heardAt.set(member, this.clock.now());
    this.forget(member);
  }

  /** The member has left. */
  memberLeft(member: MemberId): void {
    this.heardAt.delete(member);
    this.forget(member);
  }

  close(): void {
    for (const member of [...this.inquiries.keys()]) this.forget(member);
  }

  private ask(member: MemberId, inquiry: Probing): void {
    if (inquiry.probes >= inquiry.enough && !this.isSuspected(member)) {
      this.onSilence(member);
      return;
    }
    inquiry.probes++;
    this.probes.send(member);
    if (this.isSuspected(member)) this.retryLater(member, inquiry);
    else {
      const patience = (this.roundTrips.overall() ?? NETWORK.assumedRoundTrip) + FAILURE_DETECTOR.answerSlack;
      inquiry.cancel = this.clock.schedule(patience, () => this.ask(member, inquiry));
    }
  }

  private retryLater(member: MemberId, inquiry: Probing): void {
    const { first, longest } = this.isNextAbove(member) ? FAILURE_DETECTOR.retriesFromAbove : FAILURE_DETECTOR.retries;
    const pause = Math.min(first * 2 ** (inquiry.probes - FAILURE_DETECTOR.probes), longest);
    inquiry.cancel = this.clock.schedule(pause, () => this.ask(member, inquiry));
  }

  private forget(member: MemberId): void {
    this.inquiries.get(member)?.cancel?.();
    this.inquiries.delete(member);
  }
}
