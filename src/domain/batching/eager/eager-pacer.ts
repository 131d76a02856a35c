import { EAGER } from "../../config.js";
import type { Identity } from "../../identity/identity.js";
import type { MemberId } from "../../ports/transport.js";
import type { Pacer, Pending } from "../pacer.js";
import { RoundlessPacer } from "../roundless-pacer.js";
import { reportDelay } from "./stability.js";

interface EagerPacerDeps {
  readonly identity: Identity;
}

/**
 * Has the lowest latency: the node that accepts a value sends it to all others at once, in one hop. Acknowledgements
 * ride on values in the opposite direction. `StabilityDetector` covers the rest, except repairs, which are acknowledged
 * individually.
 */
export class EagerPacer extends RoundlessPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly isDirect = true;
  readonly followsTree = false;

  /** How long an acknowledgement is awaited before the values are sent again, in ms. */
  private readonly lossPatience: number;

  /** @param settings see `reportDelay` */
  constructor(
    private readonly deps: EagerPacerDeps,
    settings: { readonly acknowledgementDelay: number },
  ) {
    super();
    this.lossPatience = 2 * reportDelay(settings) + EAGER.lossSlack;
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    // The actor of a value sends it to every member, so a repair is not passed on.
    return from === undefined ? this.deps.identity.others : [];
  }

  neighbours(): readonly MemberId[] {
    return this.targets(undefined);
  }

  departure(_member: MemberId, { count, owedSince, gapSince }: Pending): number | undefined {
    if (count > 0) return 0;
    if (gapSince !== undefined) return gapSince + EAGER.gapPatience;
    return owedSince === undefined ? undefined : owedSince + EAGER.repairAckDelay;
  }

  ackDue(_member: MemberId, sentAt: number, isDirect: boolean): number {
    return sentAt + (isDirect ? this.lossPatience : EAGER.repairAckDelay + EAGER.answerTime);
  }

  answerTime(): number {
    return EAGER.answerTime;
  }
}
