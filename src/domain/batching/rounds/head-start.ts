import { ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { PeriodPlanner } from "./period-planner.js";

interface HeadStartDeps {
  readonly overlay: Pick<TreePosition, "heightBelow">;
  readonly rtt: Pick<RttEstimator, "spread">;
  readonly planner: Pick<PeriodPlanner, "guard">;
}

/**
 * Gives some upcasts a head start. A value that was accepted just after the last upcast has no time to spare: if it missed
 * its round, an early wave would usually bring it too late. Values accepted in the meantime still leave at the regular time,
 * in a second upcast for the same round, so a leaf with many values gets no head start.
 */
export class HeadStart {
  private queued = 0;
  private lastRound: number | undefined;
  /** Values per round in which this node sent some up, a moving average. */
  private valuesPerRound = 1;

  constructor(private readonly deps: HeadStartDeps) {}

  /** Notes how many values the next upcast will contain. */
  upcastPlanned(count: number): void {
    this.queued = count;
  }

  /** Notes that an upcast leaves. @param round the parent's round; `undefined` if it leaves between rounds */
  upcastLeft(round: number | undefined): void {
    // A question, or a further part of the same values.
    if (this.queued === 0) return;
    if (round === undefined || round !== this.lastRound)
      this.valuesPerRound -= this.valuesPerRound / ROUNDS.roundsRemembered;
    this.valuesPerRound += this.queued / ROUNDS.roundsRemembered;
    this.queued = 0;
    this.lastRound = round;
  }

  /**
   * How much earlier than at `regular` an upcast leaves whose oldest value was accepted at `oldest`, in ms. An inner member
   * gets no head start, because it would leave without the values of its children. Where latency is random, the planned
   * round trip already covers late upcasts.
   */
  before(regular: number, oldest: number, period: number): number {
    const { overlay, rtt } = this.deps;
    if (overlay.heightBelow > 0 || rtt.spread() > 0) return 0;
    const headStart = this.within(period);
    const lastUpcast = regular - period;
    const expected = (this.valuesPerRound * headStart) / period;
    return oldest < lastUpcast + headStart && expected <= ROUNDS.mostAfterHeadStart ? headStart : 0;
  }

  /** The head start in rounds of this period. It must not arrive so early that the parent takes it for a late upcast. */
  private within(period: number): number {
    return Math.max(0, Math.min(ROUNDS.headStart, period * ROUNDS.mostHeadStart, period - 2 * this.deps.planner.guard));
  }
}
