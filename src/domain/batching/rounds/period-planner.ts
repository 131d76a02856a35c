import { NETWORK, ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import { budgetInfeasible } from "../../log/events.js";
import type { LogEvent } from "../../ports/log.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Guard } from "./guard.js";
import {
  type LatencyBudget,
  longestPeriod,
  type RoundConditions,
  shortestPeriod,
  travelTime,
} from "./latency-budget.js";
import type { LossMonitor } from "./loss-monitor.js";

interface PeriodPlannerDeps {
  readonly overlay: Pick<TreePosition, "height">;
  readonly rtt: RttEstimator;
  readonly guard: Guard;
  readonly losses: Pick<LossMonitor, "isLossy">;
}

/** Computes the period and the guard that keep the latency budget under the present conditions. All times are in ms. */
export class PeriodPlanner {
  constructor(
    private readonly deps: PeriodPlannerDeps,
    private readonly budget: LatencyBudget,
  ) {}

  /** Round trip over one hop until one has been measured. */
  get assumedRoundTrip(): number {
    return Math.min(NETWORK.assumedRoundTrip, this.budget.max * ROUNDS.mostAssumed);
  }

  /** Latency of one hop. */
  get oneWay(): number {
    return (this.deps.rtt.typical() ?? this.assumedRoundTrip) / 2;
  }

  /**
   * How long before its parent's departure an upcast should arrive. The guard is limited to a share of the time that
   * the budget leaves: slow machines then miss rounds now and then, but a longer guard would leave no useful period.
   */
  get guard(): number {
    const { height } = this.deps.overlay;
    const room = this.budget.max / Math.max(1, height) - this.plannedRoundTrip;
    return this.deps.guard.within(room * ROUNDS.mostGuard);
  }

  /** Time that a value takes besides waiting for its round. */
  get travelTime(): number {
    return travelTime(this.conditions);
  }

  /** Whether rounds can keep the budget, as far as known. The network alone decides: a late timer must not end them. */
  get isFeasible(): boolean {
    const { height } = this.deps.overlay;
    const conditions = { height, roundTrip: this.plannedRoundTrip, guard: this.deps.guard.least };
    return longestPeriod(this.budget, conditions) !== undefined;
  }

  /** The ideal period; `undefined` if rounds cannot keep the budget, as far as known. */
  get period(): number | undefined {
    if (!this.isFeasible) return undefined;
    const { budget, conditions } = this;
    const shortest = shortestPeriod(conditions);
    // The root's own timers are late as well, by less than the guard of its children.
    const reserve = (conditions.guard - this.deps.guard.least) * ROUNDS.reservedLateness;
    const period = longestPeriod({ ...budget, max: budget.max - Math.max(0, reserve) }, conditions) ?? shortest;
    // If latency is random, messages that count as lost may still be in flight.
    if (!this.deps.losses.isLossy || this.deps.rtt.spread() > 0) return period;
    // A value that misses its round should not be much too late with the next one.
    const shorter = (budget.max - travelTime(conditions)) / ROUNDS.lossyPeriods;
    return Math.min(period, Math.max(shorter, shortest));
  }

  /** The event for the log if rounds cannot keep the budget; `undefined` while they can, or before the first measurement. */
  infeasibility(): LogEvent | undefined {
    const roundTrip = this.deps.rtt.planned();
    if (roundTrip === undefined || this.period !== undefined) return undefined;
    const { median, max } = this.budget;
    return budgetInfeasible({
      median,
      max,
      roundTrip: Math.ceil(roundTrip),
      height: this.deps.overlay.height,
      travelTime: Math.ceil(this.travelTime),
    });
  }

  private get conditions(): RoundConditions {
    return { height: this.deps.overlay.height, roundTrip: this.plannedRoundTrip, guard: this.guard };
  }

  private get plannedRoundTrip(): number {
    return this.deps.rtt.planned() ?? this.assumedRoundTrip;
  }
}
