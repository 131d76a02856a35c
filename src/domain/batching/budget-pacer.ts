import type { RoundSchedule, UpcastPlan } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { EagerPacer } from "./eager/eager-pacer.js";
import type { Pacer, Pending } from "./pacer.js";
import type { RoundPacer } from "./rounds/round-pacer.js";

/** Rounds where they keep the budget; where the measured delays rule that out, eager sending, which is the best there is. */
export class BudgetPacer implements Pacer {
  readonly piggybacksAcks = true;

  constructor(
    readonly rounds: RoundPacer,
    private readonly eager: EagerPacer,
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

  targets(from: MemberId | undefined): readonly MemberId[] {
    // What others send travels along the tree in any case, unless they send it to every member themselves.
    return from === undefined ? this.current.targets(from) : this.rounds.targets(from);
  }

  flushAfter(from: MemberId): readonly MemberId[] {
    return this.rounds.flushAfter(from);
  }

  departure(neighbour: MemberId, pending: Pending): number | undefined {
    return this.current.departure(neighbour, pending);
  }

  isParent(neighbour: MemberId): boolean {
    return this.rounds.isParent(neighbour);
  }

  ackDue(neighbour: MemberId, sentAt: number, isDirect: boolean): number {
    return (isDirect ? this.eager : this.current).ackDue(neighbour, sentAt, isDirect);
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

  schedule(neighbour: MemberId): RoundSchedule | undefined {
    return this.rounds.schedule(neighbour);
  }

  private get current(): Pacer {
    return this.rounds.isFeasible ? this.rounds : this.eager;
  }
}
