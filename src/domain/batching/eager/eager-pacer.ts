import type { Identity } from "../../identity";
import type { MemberId } from "../../ports/transport";
import type { Pacer, Pending } from "../pacer";

/** How long the acknowledgement of a repair waits for values that go the other way, in ms. */
const REPAIR_ACKNOWLEDGEMENT_DELAY = 1000;

/** How long a missing message may be overtaken by later ones before its sender is told, in ms. */
const GAP_PATIENCE = 500;
/** How long the answer of a member that was asked may take, in ms. */
const ANSWER_TIME = 1000;

/**
 * The least latency: the member that accepts a value sends it to all others at once, one hop. Acknowledgements ride on
 * values that go the other way; what finds none is settled by `Settlement`, but for repairs, which are acknowledged alone.
 */
export class EagerPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly isDirect = true;
  readonly isLossy = false;

  /** @param lossPatience how long to wait for an acknowledgement before sending again, in ms */
  constructor(
    private readonly identity: Identity,
    private readonly lossPatience: number,
  ) {}

  targets(from: MemberId | undefined): readonly MemberId[] {
    // What came from a member, as a repair, is its author's to send to everyone else.
    const { members, self } = this.identity;
    return from === undefined ? members.filter((member) => member !== self) : [];
  }

  flushAfter(): readonly MemberId[] {
    return [];
  }

  departure(_neighbour: MemberId, { count, owedSince, gapSince }: Pending): number | undefined {
    if (count > 0) return 0;
    if (gapSince !== undefined) return gapSince + GAP_PATIENCE;
    return owedSince === undefined ? undefined : owedSince + REPAIR_ACKNOWLEDGEMENT_DELAY;
  }

  isParent(): boolean {
    return false;
  }

  ackDue(_neighbour: MemberId, sentAt: number, isDirect: boolean): number {
    return sentAt + (isDirect ? this.lossPatience : REPAIR_ACKNOWLEDGEMENT_DELAY + ANSWER_TIME);
  }

  answerTime(): number {
    return ANSWER_TIME;
  }

  readonly isCalm = false;

  asksForAnswer(): boolean {
    return false;
  }

  upcastPlan(): undefined {
    return undefined;
  }

  schedule(): undefined {
    return undefined;
  }
}
