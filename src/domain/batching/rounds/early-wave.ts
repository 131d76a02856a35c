import { ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { Clock } from "../../ports/clock.js";
import type { LatencyBudget } from "./latency-budget.js";
import type { LossMonitor } from "./loss-monitor.js";

interface EarlyWaveDeps {
  readonly clock: Clock;
  readonly rtt: Pick<RttEstimator, "spread">;
  readonly losses: Pick<LossMonitor, "isLossy" | "hasRecentLoss">;
}

/** Decides which values leave before their round, and when. All times are in ms. */
export class EarlyWave {
  constructor(
    private readonly deps: EarlyWaveDeps,
    private readonly budget: LatencyBudget,
  ) {}

  /** How long late values wait for company. A larger spread of round trips makes other values late as well. */
  get gatherTime(): number {
    return ROUNDS.gatherTime + this.deps.rtt.spread() / 2;
  }

  /**
   * When a value that cannot wait for its round leaves, by this node's clock. It waits for company as long as it stays
   * within the budget, and at least for the gather time. After a recent loss it leaves earlier, because it may have to
   * be sent again.
   * @param oldest when the value was accepted
   * @param travel how long the value travels
   */
  departure(oldest: number, travel: number): number {
    const soon = this.deps.clock.now() + this.gatherTime;
    return this.deps.losses.hasRecentLoss
      ? soon
      : Math.max(soon, oldest + (1 - ROUNDS.unseenDelay) * this.budget.max - travel);
  }

  /**
   * Whether a value that was accepted at `oldest` and is everywhere at `reach` can wait for its round. The check is
   * lenient in three cases, in which an early wave would be wasted. If latency is random, no wave is more exact than the
   * spread of the round trips. If the value is far too old because of a fault, it is late anyway. If messages get lost,
   * many values are late by part of a round, and a wave may get lost too.
   */
  isNeedless(reach: number, oldest: number, period: number): boolean {
    const { max } = this.budget;
    const isHopeless = this.deps.clock.now() > oldest + ROUNDS.hopeless * max;
    const tolerance = this.deps.rtt.spread() + (this.deps.losses.isLossy ? period / 2 : 0);
    return isHopeless || reach <= oldest + max + tolerance;
  }
}
