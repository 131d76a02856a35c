import { ROUNDS } from "../../config.js";
import type { RttEstimator } from "../../delta/rtt-estimator.js";
import type { UpcastPlan } from "../../messages.js";
import type { Clock } from "../../ports/clock.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Pending } from "../pacer.js";
import type { ChildClock } from "./child-clock.js";
import type { EarlyWave } from "./early-wave.js";
import { HeadStart } from "./head-start.js";
import type { PeriodPlanner } from "./period-planner.js";

interface UpcastPlannerDeps {
  readonly clock: Clock;
  readonly overlay: Pick<TreePosition, "parent" | "height" | "level" | "heightBelow">;
  readonly rtt: RttEstimator;
  readonly planner: PeriodPlanner;
  readonly earlyWave: EarlyWave;
}

/** Plans the upcasts to one parent. All times are by this node's clock, in ms. */
export class UpcastPlanner {
  private firstUpcastAt: number | undefined;
  /** The next planned upcast, and when it leaves. */
  private planned: (UpcastPlan & { readonly departure: number }) | undefined;
  private readonly headStart: HeadStart;

  /** @param childClock the parent's rounds, as seen here */
  constructor(
    private readonly deps: UpcastPlannerDeps,
    private readonly childClock: ChildClock,
  ) {
    this.headStart = new HeadStart(deps);
  }

  /** How long before its parent's departure an upcast leaves, not counting the downcast's way. */
  get lead(): number {
    const { overlay, rtt, planner } = this.deps;
    const { parent } = overlay;
    return (parent === undefined ? 0 : (rtt.plannedTo(parent) ?? planner.assumedRoundTrip)) + planner.guard;
  }

  /**
   * When queued values leave. Their count only tells how many values this node usually sends up.
   */
  departure({ oldest, count, dryRun }: Pick<Pending, "oldest" | "count" | "dryRun">): number {
    const now = this.deps.clock.now();
    if (!this.childClock.isKnown) {
      this.firstUpcastAt ??= now;
      const soFar = now - this.firstUpcastAt;
      const step = soFar <= ROUNDS.startPatience ? ROUNDS.startStep : ROUNDS.startPatience;
      return this.firstUpcastAt + Math.ceil(soFar / step) * step;
    }
    const { earlyWave, planner, overlay } = this.deps;
    const { height, level } = overlay;
    const regular = this.regular(oldest);
    const reach = this.childClock.downcastAfter(regular) + (height - level) * planner.oneWay;
    // At the turning point the value may have to wait for company once more.
    const travel = (height + level) * planner.oneWay + earlyWave.gatherTime;
    const isNeedless = earlyWave.isNeedless(reach, oldest, this.childClock.period);
    const early = isNeedless ? Number.POSITIVE_INFINITY : earlyWave.departure(oldest, travel);
    const headStart = this.headStart.before(regular, oldest, this.childClock.period);
    const departure = regular - headStart;
    if (dryRun !== true) {
      this.headStart.upcastPlanned(count);
      if (early < departure) this.planned = undefined;
      else if (departure >= now)
        this.planned = {
          departure,
          round: this.childClock.roundOfUpcast(regular, this.lead),
          early: planner.guard + headStart,
        };
    }
    return Math.min(departure, early);
  }

  /** Takes the plan of an upcast that leaves now; `undefined` if it leaves between rounds. */
  takePlan(): UpcastPlan | undefined {
    const { planned } = this;
    const isPlanned = planned !== undefined && this.deps.clock.now() >= planned.departure - ROUNDS.earlyTimer;
    this.headStart.upcastLeft(isPlanned ? planned.round : undefined);
    if (!isPlanned) return undefined;
    this.planned = undefined;
    return { round: planned.round, early: planned.early };
  }

  /**
   * When the next regular upcast leaves. Values that missed the last one, because of a late timer or a longer lead,
   * leave at once as long as they can arrive in time. The guard exists for this case.
   */
  private regular(oldest: number): number {
    const now = this.deps.clock.now();
    const { lead } = this;
    const shortestLead = (this.deps.rtt.typical() ?? this.deps.planner.assumedRoundTrip) + ROUNDS.earlyTimer;
    const last = this.childClock.upcastAfter(now - Math.max(0, lead - shortestLead), lead);
    return last <= now && oldest <= last ? last : this.childClock.upcastAfter(now, lead);
  }
}
