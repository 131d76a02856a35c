import { NETWORK, ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { RoundSchedule, UpcastPlan } from "../../messages.js";
import type { Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Pacer, Pending } from "../pacer.js";
import { ChildClock } from "./child-clock.js";
import type { Guard } from "./guard.js";
import {
  type LatencyBudget,
  longestPeriod,
  type RoundConditions,
  shortestPeriod,
  travelTime,
} from "./latency-budget.js";
import { RootClock } from "./root-clock.js";

/** How the rounds are run. All in ms. */
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
 * Aligned rounds: the root's downcasts leave at times T_k = kP and spread to the leaves at once; upcasts leave so that
 * they reach the root together, a guard before the next downcast. A value waits once, not once a hop.
 */
export class RoundPacer implements Pacer {
  readonly piggybacksAcks = true;
  readonly isDirect = false;
  readonly followsTree = true;
  /** The parent's rounds, as seen here; the root keeps its own. */
  private childClock = new ChildClock();
  private readonly rootClock = new RootClock();
  private startedAt: number;
  private firstUpcastAt: number | undefined;
  private lastParent: MemberId | undefined;
  private hasChildren: boolean;
  /** Has this node become the root in place of another before anyone turned to it? */
  private isFirstToKnow = false;
  /** The next regular upcast, and when it leaves. */
  private planned: (UpcastPlan & { readonly departure: number }) | undefined;
  /** When messages were found to be lost, once a round. */
  private losses: readonly number[] = [];
  /** When something last told of a lost message. */
  private troubledAt = Number.NEGATIVE_INFINITY;
  /** When the parent last said that messages get lost. */
  private toldOfLossAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly deps: RoundPacerDeps,
    private readonly options: RoundOptions,
  ) {
    this.lastParent = deps.overlay.parent;
    this.hasChildren = deps.overlay.children.length > 0;
    this.startedAt = deps.clock.now();
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    const { parent, children } = this.deps.overlay;
    const neighbours = parent === undefined ? children : [parent, ...children];
    return neighbours.filter((neighbour) => neighbour !== from);
  }

  neighbours(): readonly MemberId[] {
    return this.targets(undefined);
  }

  flushAfter(from: MemberId): readonly MemberId[] {
    return from === this.deps.overlay.parent ? this.deps.overlay.children : [];
  }

  departure(neighbour: MemberId, pending: Pending): number | undefined {
    const { count, owedSince, gapSince } = pending;
    if (count === 0 && owedSince === undefined) return undefined;
    // A first value starts the rounds; a supposed one does not.
    const haveBegun = this.isRoot ? this.rootClock.isRunning : this.childClock.isKnown;
    if (pending.dryRun === true && !haveBegun) return this.deps.clock.now();
    const regular = this.regularDeparture(neighbour, pending);
    return gapSince === undefined ? regular : Math.min(regular, gapSince + this.gatherTime());
  }

  isParent(neighbour: MemberId): boolean {
    return neighbour === this.deps.overlay.parent;
  }

  /** A neighbour asks for an acknowledgement that it should have. */
  ackRequested(): void {
    this.troubledAt = this.deps.clock.now();
  }

  get isCalm(): boolean {
    return !this.isLossy && this.troubledAt < this.deps.clock.now() - ROUNDS.lossMemory;
  }

  /** A message got lost on the way to or from a neighbour. */
  lossDetected(): void {
    const now = this.deps.clock.now();
    this.troubledAt = now;
    if (now - (this.losses.at(-1) ?? Number.NEGATIVE_INFINITY) < this.period()) return;
    this.losses = [...this.losses.filter((at) => now - at < ROUNDS.lossMemory), now];
  }

  /** The tree has changed around this member: with another parent come other rounds. */
  positionChanged(): void {
    const { parent, children } = this.deps.overlay;
    const hadChildren = this.hasChildren;
    this.hasChildren = children.length > 0;
    if (parent === this.lastParent) return;
    this.isFirstToKnow = parent === undefined && !hadChildren;
    this.lastParent = parent;
    this.childClock = new ChildClock();
    this.rootClock.stop();
    this.deps.guard.parentAsks(0);
    this.planned = undefined;
    this.firstUpcastAt = undefined;
    this.startedAt = this.deps.clock.now();
  }

  ackDue(neighbour: MemberId, sentAt: number): number {
    const roundTrip = this.roundTripTo(neighbour);
    const guard = this.patience;
    if (!this.isParent(neighbour))
      // A child's acknowledgement may wait for its own values, and rides on the first upcast then.
      return sentAt + this.acknowledgementDelay() + this.period() + 2 * roundTrip + guard;
    if (!this.childClock.isKnown) return sentAt + roundTrip + ROUNDS.probePatience + guard;
    // The first regular downcast that the parent sends after the upcast has arrived acknowledges it.
    const travel = this.deps.rtt.typical() ?? this.assumedRoundTrip;
    const downcast = this.childClock.downcastAfter(sentAt + travel);
    const spread = this.deps.rtt.spread();
    // Where latency is random, the upcast may just have missed its round.
    return (spread > 0 ? this.childClock.downcastAfter(downcast) : downcast) + 1.5 * guard + spread;
  }

  /** By how much a downcast may be late before it counts as lost, in ms. */
  get tolerance(): number {
    return this.patience + this.deps.rtt.spread();
  }

  answerTime(neighbour: MemberId): number {
    return this.roundTripTo(neighbour) + this.patience;
  }

  asksForAnswer(neighbour: MemberId): boolean {
    // Where messages get lost every acknowledgement tells of some that were.
    return this.isChild(neighbour) && !this.isLossy;
  }

  upcastPlan(neighbour: MemberId): UpcastPlan | undefined {
    const { planned } = this;
    if (planned === undefined || !this.isParent(neighbour)) return undefined;
    if (this.deps.clock.now() < planned.departure - ROUNDS.earlyTimer) return undefined;
    this.planned = undefined;
    return { round: planned.round, early: planned.early };
  }

  /** An upcast came that a child had planned for one of this member's rounds. */
  upcastArrived({ round, early }: UpcastPlan): void {
    // Where latency is random, when a message comes says nothing of the machines.
    if (this.deps.rtt.spread() > 0) return;
    const turn = this.turnOf(round);
    const lateness = this.deps.clock.now() - ((turn ?? 0) - early);
    if (turn !== undefined && Math.abs(lateness) < this.period()) this.deps.guard.upcastArrived(round, lateness);
  }

  /** When the upcasts for one of this member's rounds have to be here; `undefined` outside the rounds that are known. */
  private turnOf(round: number): number | undefined {
    if (this.isRoot) return this.rootClock.isRunning ? this.rootClock.timeOf(round) : undefined;
    return this.childClock.isKnown ? this.childClock.upcastOf(round, this.lead()) : undefined;
  }

  /** How much later than planned an answer may be before it counts as missing, in ms. */
  private get patience(): number {
    return Math.max(this.currentGuard, ROUNDS.leastPatience);
  }

  schedule(neighbour: MemberId): RoundSchedule | undefined {
    if (!this.isChild(neighbour)) return undefined;
    const now = this.deps.clock.now();
    const period = this.period();
    const roundTrip = this.deps.rtt.planned();
    const { suspects = [] } = this.deps.overlay;
    const hint = {
      guard: this.currentGuard,
      ...(roundTrip !== undefined && { roundTrip, spread: this.deps.rtt.spread() }),
      ...(suspects.length > 0 && { suspects }),
      ...(this.isLossy && { lossy: true }),
    };
    if (this.isRoot) {
      const ideal = this.idealPeriod();
      if (ideal === undefined) return undefined;
      if (!this.rootClock.isRunning) this.begin(now, ideal);
      this.rootClock.adoptPeriod(this.rootClock.roundAfter(now + ROUNDS.earlyTimer) - 1, ideal, now);
      const round = this.rootClock.roundAfter(now + ROUNDS.earlyTimer);
      const next = Math.max(0, this.rootClock.timeOf(round) - now);
      return { round, next, upcastBy: next, period: this.rootClock.period, ...hint };
    }
    if (!this.childClock.isKnown) return undefined;
    const next = this.childClock.downcastAfter(now + this.patience);
    const upcastBy = this.childClock.upcastAfter(now, this.lead());
    const round = this.childClock.roundAfter(now + this.patience);
    return { round, next: next - now, upcastBy: Math.max(0, upcastBy - now), period, ...hint };
  }

  /**
   * A notice of the parent came: the rounds are known better than before.
   * @returns by how much the downcast was held up on its way, in ms
   */
  scheduleReceived(from: MemberId, notice: RoundSchedule): number {
    if (from !== this.deps.overlay.parent || !this.isPossible(notice)) return 0;
    if (notice.lossy === true) this.toldOfLossAt = this.deps.clock.now();
    if (notice.guard !== undefined) this.deps.guard.parentAsks(notice.guard);
    if (notice.roundTrip !== undefined) this.deps.rtt.hint(notice.roundTrip, notice.spread ?? 0);
    return this.childClock.learn(notice, this.deps.clock.now());
  }

  /** Rounds that take much longer than the budget allows cannot be meant: who waited for them would keep its values for ever. */
  private isPossible({ round, next, upcastBy, period, roundTrip = 0 }: RoundSchedule): boolean {
    const longest = Math.max(ROUNDS.mostBudgets * this.options.budget.max, ROUNDS.leastLongestPeriod);
    return Math.max(next, upcastBy, period, roundTrip) <= longest && round * period <= ROUNDS.latestRound;
  }

  /** Can rounds keep the budget, by what is known so far? */
  get isFeasible(): boolean {
    return this.idealPeriod() !== undefined;
  }

  /** Why rounds cannot keep the budget, in words; `undefined` while they can, or nothing has been measured. */
  infeasibility(): string | undefined {
    const roundTrip = this.deps.rtt.planned();
    if (roundTrip === undefined || this.isFeasible) return undefined;
    const { budget } = this.options;
    const { height } = this.deps.overlay;
    const travel = Math.ceil(travelTime(this.conditions()));
    return (
      `the budget (median ${budget.median} ms, maximum ${budget.max} ms) leaves no room for rounds: with round trips of ` +
      `${Math.ceil(roundTrip)} ms and a tree of height ${height} a value travels ${travel} ms; sending values at once instead`
    );
  }

  /** The period in force, in ms. */
  period(): number {
    if (this.deps.overlay.parent !== undefined && this.childClock.isKnown) return this.childClock.period;
    return this.rootClock.isRunning ? this.rootClock.period : (this.idealPeriod() ?? 0);
  }

  private get isRoot(): boolean {
    return this.deps.overlay.parent === undefined;
  }

  private isChild(neighbour: MemberId): boolean {
    return this.deps.overlay.children.includes(neighbour);
  }

  private regularDeparture(neighbour: MemberId, pending: Pending): number {
    if (this.isParent(neighbour)) return this.upcastDeparture(pending);
    if (this.isChild(neighbour)) return this.downcastDeparture(pending);
    // Away from the tree there is no rhythm: repairs leave at once.
    return pending.count > 0 ? this.deps.clock.now() : this.overdue(pending);
  }

  /** When an acknowledgement that found nothing to ride on leaves by itself. */
  private overdue({ owedSince = 0 }: Pending): number {
    return owedSince + this.acknowledgementDelay();
  }

  /** While messages get lost, acknowledgements do not wait for longer than a round: silence could be a loss. */
  private acknowledgementDelay(): number {
    const { acknowledgementDelay } = this.options;
    return this.isLossy ? Math.min(acknowledgementDelay, this.period()) : acknowledgementDelay;
  }

  /** Do messages get lost all the time? A machine that stood still for a moment looks the same, but in one round alone. */
  get isLossy(): boolean {
    return this.toldOfLossAt > this.deps.clock.now() - ROUNDS.lossMemory || this.recentLosses >= ROUNDS.lossyRounds;
  }

  private get recentLosses(): number {
    return this.losses.filter((at) => at > this.deps.clock.now() - ROUNDS.lossMemory).length;
  }

  private upcastDeparture(pending: Pending): number {
    const { count, oldest } = pending;
    if (count === 0) return this.overdue(pending);
    const now = this.deps.clock.now();
    if (!this.childClock.isKnown) {
      this.firstUpcastAt ??= now;
      const soFar = now - this.firstUpcastAt;
      const step = soFar <= ROUNDS.startPatience ? ROUNDS.startStep : ROUNDS.startPatience;
      return this.firstUpcastAt + Math.ceil(soFar / step) * step;
    }
    const regular = this.regularUpcast(oldest);
    const { height, level } = this.deps.overlay;
    const reach = this.childClock.downcastAfter(regular) + (height - level) * this.oneWay();
    // Where it turns round it may have to wait for company once more.
    const travel = (height + level) * this.oneWay() + this.gatherTime();
    const early = this.inTime(reach, oldest) ? Number.POSITIVE_INFINITY : this.earlyDeparture(oldest, travel);
    if (early < regular) this.planned = undefined;
    else if (regular >= now)
      this.planned = {
        departure: regular,
        round: this.childClock.roundOfUpcast(regular, this.lead()),
        early: this.currentGuard,
      };
    return Math.min(regular, early);
  }

  /**
   * When the next regular upcast leaves. What waited for the last one, and has not left because a timer was late or the lead
   * has become longer meanwhile, leaves at once as long as it can be there in time: the guard is there to be used.
   */
  private regularUpcast(oldest: number): number {
    const now = this.deps.clock.now();
    const lead = this.lead();
    const shortestLead = (this.deps.rtt.typical() ?? this.assumedRoundTrip) + ROUNDS.earlyTimer;
    const last = this.childClock.upcastAfter(now - Math.max(0, lead - shortestLead), lead);
    return last <= now && oldest <= last ? last : this.childClock.upcastAfter(now, lead);
  }

  private downcastDeparture({ count, oldest }: Pending): number {
    const now = this.deps.clock.now();
    let [regular, leave] = [0, 0];
    if (this.isRoot) {
      if (!this.rootClock.isRunning) {
        const probeEnds = this.startedAt + ROUNDS.probePatience;
        if (now < probeEnds && this.deps.rtt.overall() === undefined) return probeEnds;
        this.begin(now + this.firstGathering(), this.idealPeriod() ?? 0);
      }
      regular = leave = this.rootClock.timeOf(this.rootClock.roundAfter(now));
    } else {
      if (!this.childClock.isKnown) return now + ROUNDS.probePatience;
      regular = this.childClock.downcastAfter(now);
      // Away from the root the downcast from above sets the time; this one is for when that does not come.
      leave = regular + this.oneWay() + this.patience;
    }
    const travel = this.deps.overlay.heightBelow * this.oneWay();
    // Just before the regular downcast an early one would gain next to nothing.
    const isNear = regular - now < Math.max(2 * this.gatherTime(), this.period() / 4);
    return count === 0 || isNear || this.inTime(regular + travel, oldest)
      ? leave
      : Math.min(leave, this.earlyDeparture(oldest, travel));
  }

  /**
   * A value that cannot wait for its round waits for company all the same: as long as it is in time, and a moment in any case.
   * Where a message was lost of late it does not: it may have to be sent again.
   */
  private earlyDeparture(oldest: number, travel: number): number {
    const soon = this.deps.clock.now() + this.gatherTime();
    const { max } = this.options.budget;
    return this.isLossy || this.recentLosses > 0
      ? soon
      : Math.max(soon, oldest + (1 - ROUNDS.unseenDelay) * max - travel);
  }

  /**
   * Is a value that was accepted at `oldest` within the budget if it is everywhere at `reach`? Where latency is random,
   * nothing can keep a value on time to within the spread of the round trips, and an early wave of downcasts would be wasted;
   * as it would be on one that comes out of a fault, long after its time. Where messages get lost there are many that are late
   * by part of a round, and no wave is sure to arrive.
   */
  private inTime(reach: number, oldest: number): boolean {
    const { max } = this.options.budget;
    const isHopeless = this.deps.clock.now() > oldest + ROUNDS.hopeless * max;
    const tolerance = this.deps.rtt.spread() + (this.isLossy ? this.period() / 2 : 0);
    return isHopeless || reach <= oldest + max + tolerance;
  }

  /**
   * The root's first round leaves at `time`. The second one has to be far enough ahead for those who learn of it from the
   * first: a downcast's way down, an upcast's way up and a guard at each hop, and a moment.
   */
  private begin(time: number, ideal: number): void {
    this.rootClock.start(time, Math.max(ideal, travelTime(this.conditions()) + ROUNDS.reactionTime));
  }

  /** How long the root's first round waits for what others have for it, in ms. */
  private firstGathering(): number {
    // Who follows a silent root finds that out together with the others, unless some of them have turned to it already.
    return this.gatherTime() + (this.isFirstToKnow ? this.oneWay() : 0);
  }

  /** How long late values wait for company; others are as likely to be late as round trips differ. */
  private gatherTime(): number {
    return ROUNDS.gatherTime + this.deps.rtt.spread() / 2;
  }

  /** From the departure of an upcast to its parent's departure, on top of the way down, in ms. */
  private lead(): number {
    const { parent } = this.deps.overlay;
    return (parent === undefined ? 0 : (this.deps.rtt.plannedTo(parent) ?? this.assumedRoundTrip)) + this.currentGuard;
  }

  private roundTripTo(neighbour: MemberId): number {
    return this.deps.rtt.to(neighbour) ?? this.assumedRoundTrip;
  }

  private oneWay(): number {
    return (this.deps.rtt.typical() ?? this.assumedRoundTrip) / 2;
  }

  private get assumedRoundTrip(): number {
    return Math.min(NETWORK.assumedRoundTrip, this.options.budget.max * ROUNDS.mostAssumed);
  }

  private conditions(): RoundConditions {
    return { height: this.deps.overlay.height, roundTrip: this.plannedRoundTrip(), guard: this.currentGuard };
  }

  private plannedRoundTrip(): number {
    return this.deps.rtt.planned() ?? this.assumedRoundTrip;
  }

  /**
   * How long before its parent's departure an upcast is to arrive. Machines that are later than this share of the time that the
   * budget leaves miss rounds now and then: a longer guard would leave the rounds no period worth mentioning.
   */
  private get currentGuard(): number {
    const { height } = this.deps.overlay;
    const room = this.options.budget.max / Math.max(1, height) - this.plannedRoundTrip();
    return this.deps.guard.within(room * ROUNDS.mostGuard);
  }

  private idealPeriod(): number | undefined {
    const conditions = this.conditions();
    const { budget } = this.options;
    // Whether there is room for rounds at all is up to the network: a late timer must not end them.
    if (longestPeriod(budget, { ...conditions, guard: this.deps.guard.least }) === undefined) return undefined;
    const shortest = shortestPeriod(conditions);
    // A value that misses its round all the same leaves with an early wave, which is late by about as much as the guard has grown.
    const reserve = conditions.guard - this.deps.guard.least;
    const period = longestPeriod({ ...budget, max: budget.max - Math.max(0, reserve) }, conditions) ?? shortest;
    // Where latency is random, what counts as lost may be on its way.
    if (!this.isLossy || this.deps.rtt.spread() > 0) return period;
    // What misses its round should not be much too late with the next one.
    const shorter = (budget.max - travelTime(conditions)) / ROUNDS.lossyPeriods;
    return Math.min(period, Math.max(shorter, shortest));
  }
}
