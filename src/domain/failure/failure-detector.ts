import type { Prober } from "../delta/prober";
import type { RttEstimator } from "../delta/rtt-estimator";
import type { CancelTask, Clock } from "../ports/clock";
import type { MemberId } from "../ports/transport";

/** Probes that have to go unanswered, one after the other, before a member is suspected. */
const PROBES = 3;
/** What is waited for an answer on top of a round trip, in ms. */
const ANSWER_SLACK = 60;
/** What a round trip is taken to be while nobody has measured one, in ms. */
const ASSUMED_ROUND_TRIP = 200;
/** A suspected member is asked again after the first time, in ms, doubling up to the longest: by who is next above it, and has to notice its return. */
const RETRIES_FROM_ABOVE = { first: 500, longest: 1_500 };
/** The same for everybody else, who hear of it from there or from the suspect itself. */
const RETRIES = { first: 20_000, longest: 60_000 };
/** Word that a member is gone is older than what came from it within this time, in ms. */
const HEARSAY_AGE = 500;

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
    if (isHearsay && this.clock.now() - heardAt < HEARSAY_AGE) return;
    const enough = isHearsay && !this.isLossy() ? 1 : PROBES;
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
    const inquiry: Probing = { cancel: undefined, probes: PROBES, enough: PROBES };
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
      const patience = (this.roundTrips.overall() ?? ASSUMED_ROUND_TRIP) + ANSWER_SLACK;
      inquiry.cancel = this.clock.schedule(patience, () => this.ask(member, inquiry));
    }
  }

  private retryLater(member: MemberId, inquiry: Probing): void {
    const { first, longest } = this.isNextAbove(member) ? RETRIES_FROM_ABOVE : RETRIES;
    const pause = Math.min(first * 2 ** (inquiry.probes - PROBES), longest);
    inquiry.cancel = this.clock.schedule(pause, () => this.ask(member, inquiry));
  }

  private forget(member: MemberId): void {
    this.inquiries.get(member)?.cancel?.();
    this.inquiries.delete(member);
  }
}
