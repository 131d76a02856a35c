import type { RoundSchedule, UpcastPlan } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { EagerPacer } from "./eager/eager-pacer.js";
import type { Pacer, Pending } from "./pacer.js";
import type { RoundPacer } from "./rounds/round-pacer.js";

/** Rounds where they keep the budget; where the measured delays rule that out, eager sending, which is the best there is. */
export class BudgetPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly followsTree = true;

  constructor(private readonly deps: { readonly roundPacer: RoundPacer; readonly eagerPacer: EagerPacer }) {}

  get isDirect(): boolean {
    return !this.deps.roundPacer.isFeasible;
  }

  get isCalm(): boolean {
    return this.deps.roundPacer.isCalm;
  }

  get isLossy(): boolean {
    return this.deps.roundPacer.isLossy;
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    // What others send travels along the tree in any case, unless they send it to every member themselves.
    return from === undefined ? this.current.targets(from) : this.deps.roundPacer.targets(from);
  }

  neighbours(): readonly MemberId[] {
    return this.deps.roundPacer.neighbours();
  }

  positionChanged(): void {
    this.deps.roundPacer.positionChanged();
  }

  flushAfter(from: MemberId): readonly MemberId[] {
    return this.deps.roundPacer.flushAfter(from);
  }

  departure(neighbour: MemberId, pending: Pending): number | undefined {
    return this.current.departure(neighbour, pending);
  }

  isParent(neighbour: MemberId): boolean {
    return this.deps.roundPacer.isParent(neighbour);
  }

  ackDue(neighbour: MemberId, sentAt: number, isDirect: boolean): number {
    return (isDirect ? this.deps.eagerPacer : this.current).ackDue(neighbour, sentAt, isDirect);
  }

  answerTime(neighbour: MemberId): number {
    return this.deps.roundPacer.answerTime(neighbour);
  }

  asksForAnswer(neighbour: MemberId): boolean {
    return this.current.asksForAnswer(neighbour);
  }

  upcastPlan(neighbour: MemberId): UpcastPlan | undefined {
    return this.deps.roundPacer.upcastPlan(neighbour);
  }

  schedule(neighbour: MemberId): RoundSchedule | undefined {
    return this.deps.roundPacer.schedule(neighbour);
  }

  private get current(): Pacer {
    return this.deps.roundPacer.isFeasible ? this.deps.roundPacer : this.deps.eagerPacer;
  }
}
