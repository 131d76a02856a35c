import { ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { RoundSchedule, UpcastPlan } from "../../messages.js";
import type { Clock } from "../../ports/clock.js";
import type { LogEvent } from "../../ports/log.js";
import type { MemberId } from "../../ports/transport.js";
import { type TreePosition, treeNeighbours } from "../../tree/tree-builder.js";
import type { Pacer, Pending } from "../pacer.js";
import { ChildClock } from "./child-clock.js";
import { EarlyWave } from "./early-wave.js";
import type { Guard } from "./guard.js";
import type { LatencyBudget } from "./latency-budget.js";
import { LossMonitor } from "./loss-monitor.js";
import { PeriodPlanner } from "./period-planner.js";
import { RootClock } from "./root-clock.js";
import { UpcastPlanner } from "./upcast-planner.js";

/** Settings of the rounds, all in ms. */
export interface RoundOptions {
  readonly budget: LatencyBudget;
  /** How long an acknowledgement waits for gossip to ride on. */
  readonly acknowledgementDelay: number;
}

interface RoundPacerDeps {
  readonly clock: Clock;
  readonly overlay: TreePosition & { readonly suspects?: readonly MemberId[] };
  readonly rtt: RttEstimator;
  readonly guard: Guard;
}

/**
 * Plans aligned rounds: the root's downcasts leave at times T_k = kP and every member passes them on at once; upcasts
 * leave so that they reach the root together, one guard before the next downcast. A value waits once, instead of once
 * per hop.
 */
export class RoundPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly isDirect = false;
  readonly followsTree = true;
  readonly batchesBySize = false;
  /** The parent's rounds, as seen here. The root has its own. */
  private childClock = new ChildClock();
  private readonly rootClock = new RootClock();
  private startedAt: number;
  private lastParent: MemberId | undefined;
  private hasChildren: boolean;
  /** Whether this node has replaced a failed root before any member turned to it. */
  private replacesRoot = false;
  private readonly losses: LossMonitor;
  private readonly planner: PeriodPlanner;
  private readonly earlyWave: EarlyWave;
  private upcasts: UpcastPlanner;

  constructor(
    private readonly deps: RoundPacerDeps,
    private readonly options: RoundOptions,
  ) {
    this.lastParent = deps.overlay.parent;
    this.hasChildren = deps.overlay.children.length > 0;
    this.startedAt = deps.clock.now();
    this.losses = new LossMonitor(deps);
    this.planner = new PeriodPlanner({ ...deps, losses: this.losses }, options.budget);
    this.earlyWave = new EarlyWave({ ...deps, losses: this.losses }, options.budget);
    this.upcasts = this.newUpcastPlanner();
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    return treeNeighbours(this.deps.overlay).filter((member) => member !== from);
  }

  neighbours(): readonly MemberId[] {
    return this.targets(undefined);
  }

  flushAfter(from: MemberId): readonly MemberId[] {
    return from === this.deps.overlay.parent ? this.deps.overlay.children : [];
  }

  departure(member: MemberId, pending: Pending): number | undefined {
    const { count, owedSince, gapSince } = pending;
    if (count === 0 && owedSince === undefined) return undefined;
    // The first value starts the rounds. A dry run does not.
    const haveBegun = this.isRoot ? this.rootClock.isRunning : this.childClock.isKnown;
    if (pending.dryRun === true && !haveBegun) return this.deps.clock.now();
    const regular = this.regularDeparture(member, pending);
    return gapSince === undefined ? regular : Math.min(regular, gapSince + this.earlyWave.gatherTime);
  }

  isParent(member: MemberId): boolean {
    return member === this.deps.overlay.parent;
  }

  /** A peer requests an acknowledgement that it should have. */
  ackRequested(): void {
    this.losses.ackRequested();
  }

  get isCalm(): boolean {
    return this.losses.isCalm;
  }

  get isLossy(): boolean {
    return this.losses.isLossy;
  }

  /** A message to or from a peer was lost. */
  lossDetected(): void {
    this.losses.lossDetected(this.period());
  }

  /** The tree has changed around this node. A new parent has other rounds. */
  positionChanged(): void {
    const { parent, children } = this.deps.overlay;
    const hadChildren = this.hasChildren;
    this.hasChildren = children.length > 0;
    if (parent === this.lastParent) return;
    this.replacesRoot = parent === undefined && !hadChildren;
    this.lastParent = parent;
    this.childClock = new ChildClock();
    this.rootClock.stop();
    this.upcasts = this.newUpcastPlanner();
    this.deps.guard.parentRequests(0);
    this.startedAt = this.deps.clock.now();
  }

  ackDue(member: MemberId, sentAt: number): number {
    const roundTrip = this.roundTripTo(member);
    const { patience } = this;
    if (!this.isParent(member))
      // A child's acknowledgement may wait for the child's own values, and then rides on their upcast.
      return sentAt + this.acknowledgementDelay() + this.period() + 2 * roundTrip + patience;
    if (!this.childClock.isKnown) return sentAt + roundTrip + ROUNDS.probePatience + patience;
    // The parent acknowledges an upcast in its first regular downcast after the arrival.
    const travel = this.deps.rtt.typical() ?? this.planner.assumedRoundTrip;
    const downcast = this.childClock.downcastAfter(sentAt + travel);
    const spread = this.deps.rtt.spread();
    // If latency is random, the upcast may have narrowly missed its round.
    return (spread > 0 ? this.childClock.downcastAfter(downcast) : downcast) + ROUNDS.ackPatience * patience + spread;
  }

  /** How late a downcast may be before it counts as lost, in ms. */
  get tolerance(): number {
    return this.patience + this.deps.rtt.spread();
  }

  answerTime(member: MemberId): number {
    return this.roundTripTo(member) + this.patience;
  }

  requestsMissingAck(member: MemberId): boolean {
    // While messages get lost, every acknowledgement matters, because it shows some of the losses.
    return this.isChild(member) && !this.isLossy;
  }

  upcastPlan(member: MemberId): UpcastPlan | undefined {
    return this.isParent(member) ? this.upcasts.takePlan() : undefined;
  }

  /** An upcast arrived that a child had planned for one of this node's rounds. */
  upcastArrived({ round, early }: UpcastPlan): void {
    // If latency is random, the arrival time says nothing about the machines.
    if (this.deps.rtt.spread() > 0) return;
    const turn = this.turnOf(round);
    const lateness = this.deps.clock.now() - ((turn ?? 0) - early);
    // A downcast out of turn lets children count the rounds differently. Then the lateness is about one period.
    if (turn !== undefined && Math.abs(lateness) < this.period() / 2) this.deps.guard.upcastArrived(round, lateness);
  }

  /** When the upcasts for one of this node's rounds have to be here; `undefined` if the round is unknown. */
  private turnOf(round: number): number | undefined {
    if (this.isRoot) return this.rootClock.isRunning ? this.rootClock.timeOf(round) : undefined;
    return this.childClock.isKnown ? this.childClock.upcastOf(round, this.upcasts.lead) : undefined;
  }

  /** How late an answer may be before it counts as missing, in ms. */
  private get patience(): number {
    return Math.max(this.planner.guard, ROUNDS.leastPatience);
  }

  nextDowncast(): number | undefined {
    return this.childClock.isKnown ? this.childClock.downcastAfter(this.deps.clock.now()) : undefined;
  }

  schedule(member: MemberId): RoundSchedule | undefined {
    if (!this.isChild(member)) return undefined;
    const now = this.deps.clock.now();
    const period = this.period();
    const roundTrip = this.deps.rtt.planned();
    const { suspects = [] } = this.deps.overlay;
    const hint = {
      guard: this.planner.guard,
      ...(roundTrip !== undefined && { roundTrip, spread: this.deps.rtt.spread() }),
      ...(suspects.length > 0 && { suspects }),
      ...(this.isLossy && { lossy: true }),
    };
    if (this.isRoot) {
      const ideal = this.planner.period;
      if (ideal === undefined) return undefined;
      if (!this.rootClock.isRunning) this.begin(now, ideal);
      this.rootClock.adoptPeriod(this.rootClock.roundAfter(now + ROUNDS.earlyTimer) - 1, ideal, now);
      const round = this.rootClock.roundAfter(now + ROUNDS.earlyTimer);
      const next = Math.max(0, this.rootClock.timeOf(round) - now);
      return { round, next, upcastBy: next, period: this.rootClock.period, ...hint };
    }
    if (!this.childClock.isKnown) return undefined;
    const next = this.childClock.downcastAfter(now + this.patience);
    const upcastBy = this.childClock.upcastAfter(now, this.upcasts.lead);
    const round = this.childClock.roundAfter(now + this.patience);
    return { round, next: next - now, upcastBy: Math.max(0, upcastBy - now), period, ...hint };
  }

  /**
   * Takes over a schedule from the parent.
   * @returns how long the downcast was delayed in the network, in ms
   */
  scheduleReceived(from: MemberId, schedule: RoundSchedule): number {
    if (from !== this.deps.overlay.parent || !this.isPossible(schedule)) return 0;
    if (schedule.lossy === true) this.losses.lossReported();
    if (schedule.guard !== undefined) this.deps.guard.parentRequests(schedule.guard);
    if (schedule.roundTrip !== undefined) this.deps.rtt.hint(schedule.roundTrip, schedule.spread ?? 0);
    return this.childClock.learn(schedule, this.deps.clock.now());
  }

  /** Whether the schedule is plausible. A node that waited for rounds far longer than the budget would never send its values. */
  private isPossible({ round, next, upcastBy, period, roundTrip = 0 }: RoundSchedule): boolean {
    const longest = Math.max(ROUNDS.mostBudgets * this.options.budget.max, ROUNDS.leastLongestPeriod);
    return Math.max(next, upcastBy, period, roundTrip) <= longest && round * period <= ROUNDS.latestRound;
  }

  /** Whether rounds can keep the budget, as far as known. */
  get isFeasible(): boolean {
    return this.planner.isFeasible;
  }

  /** The event for the log if rounds cannot keep the budget; `undefined` while they can, or before the first measurement. */
  infeasibility(): LogEvent | undefined {
    return this.planner.infeasibility();
  }

  /** The period in force, in ms. */
  period(): number {
    // The root has no rounds of a parent: its clock for them starts anew when it loses its parent.
    if (this.childClock.isKnown) return this.childClock.period;
    return this.rootClock.isRunning ? this.rootClock.period : (this.planner.period ?? 0);
  }

  private get isRoot(): boolean {
    return this.deps.overlay.parent === undefined;
  }

  private isChild(member: MemberId): boolean {
    return this.deps.overlay.children.includes(member);
  }

  private regularDeparture(member: MemberId, pending: Pending): number {
    if (this.isParent(member)) return pending.count > 0 ? this.upcasts.departure(pending) : this.overdue(pending);
    if (this.isChild(member)) return this.downcastDeparture(pending);
    // A member outside the tree has no rounds, so repairs leave at once.
    return pending.count > 0 ? this.deps.clock.now() : this.overdue(pending);
  }

  /** When an acknowledgement that found no gossip to ride on leaves in a message of its own. */
  private overdue({ owedSince = 0 }: Pending): number {
    return owedSince + this.acknowledgementDelay();
  }

  /**
   * How long an acknowledgement waits for gossip, in ms. While messages get lost it waits for at most one round,
   * because a missing acknowledgement looks like a loss.
   */
  private acknowledgementDelay(): number {
    const { acknowledgementDelay } = this.options;
    return this.isLossy ? Math.min(acknowledgementDelay, this.period()) : acknowledgementDelay;
  }

  private downcastDeparture({ count, oldest }: Pending): number {
    const now = this.deps.clock.now();
    let regular: number;
    let leave: number;
    if (this.isRoot) {
      if (!this.rootClock.isRunning) {
        const probeEnds = this.startedAt + ROUNDS.probePatience;
        if (now < probeEnds && this.deps.rtt.overall() === undefined) return probeEnds;
        this.begin(now + this.firstGathering(), this.planner.period ?? 0);
      }
      regular = leave = this.rootClock.timeOf(this.rootClock.roundAfter(now));
    } else {
      if (!this.childClock.isKnown) return now + ROUNDS.probePatience;
      regular = this.childClock.downcastAfter(now);
      // Below the root, the parent's downcast triggers this one. This time only counts if the parent's downcast is missing.
      leave = regular + this.planner.oneWay + this.patience;
    }
    const travel = this.deps.overlay.heightBelow * this.planner.oneWay;
    // Just before a regular downcast, an early one would gain almost nothing.
    const isNear = regular - now < Math.max(2 * this.earlyWave.gatherTime, this.period() / 4);
    return count === 0 || isNear || this.earlyWave.isNeedless(regular + travel, oldest, this.period())
      ? leave
      : Math.min(leave, this.earlyWave.departure(oldest, travel));
  }

  /**
   * Starts the rounds: the first one leaves at `time`. The second one leaves late enough for members that learn of the
   * rounds from the first: after a downcast, an upcast, a guard per hop and some time to react.
   */
  private begin(time: number, ideal: number): void {
    this.rootClock.start(time, Math.max(ideal, this.planner.travelTime + ROUNDS.reactionTime));
  }

  /** How long the root's first round waits for values of other members, in ms. */
  private firstGathering(): number {
    // Members notice the failure of a root at about the same time. Some may already have turned to this node.
    return this.earlyWave.gatherTime + (this.replacesRoot ? this.planner.oneWay : 0);
  }

  private roundTripTo(member: MemberId): number {
    return this.deps.rtt.to(member) ?? this.planner.assumedRoundTrip;
  }

  private newUpcastPlanner(): UpcastPlanner {
    const { planner, earlyWave } = this;
    return new UpcastPlanner({ ...this.deps, planner, earlyWave }, this.childClock);
  }
}
