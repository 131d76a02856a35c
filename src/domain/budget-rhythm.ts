import type { EagerRhythm } from "./eager-rhythm.js";
import type { RoundNotice, UpcastPlan } from "./messages.js";
import type { MemberId } from "./ports/transport.js";
import type { Pending, Rhythm } from "./rhythm.js";
import type { RoundRhythm } from "./round-rhythm.js";

/** Rounds where they keep the budget; where the measured delays rule that out, eager sending, which is the best there is. */
export class BudgetRhythm implements Rhythm {
  readonly acknowledgementsRide = true;

  constructor(
    readonly rounds: RoundRhythm,
    private readonly eager: EagerRhythm,
  ) {}

  get isDirect(): boolean {
    return !this.rounds.isFeasible;
  }

  get isCalm(): boolean {
    return this.rounds.isCalm;
  }

  get isLossy(): boolean {
    return this.rounds.isLossy;
  }

  audience(from: MemberId | undefined): readonly MemberId[] {
    // What others send travels along the tree in any case, unless they send it to every member themselves.
    return from === undefined ? this.current.audience(from) : this.rounds.audience(from);
  }

  relay(from: MemberId): readonly MemberId[] {
    return this.rounds.relay(from);
  }

  departure(neighbour: MemberId, pending: Pending): number | undefined {
    return this.current.departure(neighbour, pending);
  }

  isParent(neighbour: MemberId): boolean {
    return this.rounds.isParent(neighbour);
  }

  acknowledgementDue(neighbour: MemberId, sentAt: number, isDirect: boolean): number {
    return (isDirect ? this.eager : this.current).acknowledgementDue(neighbour, sentAt, isDirect);
  }

  answerTime(neighbour: MemberId): number {
    return this.rounds.answerTime(neighbour);
  }

  asksForAnswer(neighbour: MemberId): boolean {
    return this.current.asksForAnswer(neighbour);
  }

  upcastPlan(neighbour: MemberId): UpcastPlan | undefined {
    return this.rounds.upcastPlan(neighbour);
  }

  notice(neighbour: MemberId): RoundNotice | undefined {
    return this.rounds.notice(neighbour);
  }

  private get current(): Rhythm {
    return this.rounds.isFeasible ? this.rounds : this.eager;
  }
}
