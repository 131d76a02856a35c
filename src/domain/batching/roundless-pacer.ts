import type { MemberId } from "../ports/transport.js";

/** The answers to a pacer's questions about rounds, for modes that have none. */
export abstract class RoundlessPacer {
  readonly isLossy: boolean = false;
  readonly isCalm: boolean = false;
  readonly batchesBySize: boolean = false;

  positionChanged(): void {}

  flushAfter(): readonly MemberId[] {
    return [];
  }

  isParent(): boolean {
    return false;
  }

  requestsMissingAck(): boolean {
    return false;
  }

  upcastPlan(): undefined {}
  nextDowncast(): undefined {}
  schedule(): undefined {}
}
