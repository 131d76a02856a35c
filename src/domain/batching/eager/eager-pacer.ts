import { EAGER } from "../../config.js";
import type { Identity } from "../../identity.js";
import type { MemberId } from "../../ports/transport.js";
import type { Pacer, Pending } from "../pacer.js";

interface EagerPacerDeps {
  readonly identity: Identity;
}

/**
 * The least latency: the member that accepts a value sends it to all others at once, one hop. Acknowledgements ride on
 * values that go the other way; what finds none is settled by `Settlement`, but for repairs, which are acknowledged alone.
 */
export class EagerPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly isDirect = true;
  readonly followsTree = false;
  readonly isLossy = false;

  /** @param lossPatience how long to wait for an acknowledgement before sending again, in ms */
  constructor(
    private readonly deps: EagerPacerDeps,
    private readonly lossPatience: number,
  ) {}

  targets(from: MemberId | undefined): readonly MemberId[] {
    // What came from a member, as a repair, is its author's to send to everyone else.
    const { members, self } = this.deps.identity;
    return from === undefined ? members.filter((member) => member !== self) : [];
  }

  neighbours(): readonly MemberId[] {
    return this.targets(undefined);
  }

  positionChanged(): void {}

  flushAfter(): readonly MemberId[] {
    return [];
  }

  departure(_neighbour: MemberId, { count, owedSince, gapSince }: Pending): number | undefined {
    if (count > 0) return 0;
    if (gapSince !== undefined) return gapSince + EAGER.gapPatience;
    return owedSince === undefined ? undefined : owedSince + EAGER.repairAckDelay;
  }

  isParent(): boolean {
    return false;
  }

  ackDue(_neighbour: MemberId, sentAt: number, isDirect: boolean): number {
    return sentAt + (isDirect ? this.lossPatience : EAGER.repairAckDelay + EAGER.answerTime);
  }

  answerTime(): number {
    return EAGER.answerTime;
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
