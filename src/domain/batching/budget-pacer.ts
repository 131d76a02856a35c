import type { RoundSchedule, UpcastPlan } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { EagerPacer } from "./eager/eager-pacer.js";
import type { Pacer, Pending } from "./pacer.js";
import type { RoundPacer } from "./rounds/round-pacer.js";

/**
 * Uses rounds as long as they keep the budget. If the measured delays rule that out, it sends eagerly, which has the
 * lowest latency.
 */
export class BudgetPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly followsTree = true;
  readonly batchesBySize = false;

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
    // Values of other members travel along the tree, unless their actor sends them to every member itself.
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

  departure(member: MemberId, pending: Pending): number | undefined {
    return this.current.departure(member, pending);
  }

  isParent(member: MemberId): boolean {
    return this.deps.roundPacer.isParent(member);
  }

  ackDue(member: MemberId, sentAt: number, isDirect: boolean): number {
    return (isDirect ? this.deps.eagerPacer : this.current).ackDue(member, sentAt, isDirect);
  }

  answerTime(member: MemberId): number {
    return this.deps.roundPacer.answerTime(member);
  }

  requestsMissingAck(member: MemberId): boolean {
    return this.current.requestsMissingAck(member);
  }

  upcastPlan(member: MemberId): UpcastPlan | undefined {
    return this.deps.roundPacer.upcastPlan(member);
  }

  nextDowncast(): number | undefined {
    return this.deps.roundPacer.nextDowncast();
  }

  schedule(member: MemberId): RoundSchedule | undefined {
    return this.deps.roundPacer.schedule(member);
  }

  private get current(): Pacer {
    return this.deps.roundPacer.isFeasible ? this.deps.roundPacer : this.deps.eagerPacer;
  }
}
