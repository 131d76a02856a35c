import type { Clock } from "../../../domain/ports/clock.js";
import type { Random } from "../../../domain/ports/random.js";
import type { NetworkConditions } from "../network-conditions.js";
import type { BenchSettings } from "../settings.js";
import type { Fault } from "./fault.js";
import { type FaultListener, FaultSchedule } from "./fault-schedule.js";
import type { FaultName } from "./fault-settings.js";
import { DuplicateFault, LossFault, SlowFault } from "./network-faults.js";
import { KillFault, type NodeControl, PauseFault } from "./node-faults.js";
import { PartitionFault } from "./partition-fault.js";
import { Victims } from "./victims.js";

/** The targets of the faults, and their listener. */
export interface NemesisParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: NetworkConditions;
  readonly nodes: NodeControl;
  readonly listener: FaultListener;
}

/**
 * All faults of a run. Each has its own cycle, independent of the others. To prevent a simultaneous start, the first starts
 * are spread over one interval, in the order in which the faults were requested.
 */
export class Nemesis {
  private readonly schedules: readonly FaultSchedule[];
  private readonly victims: Victims;

  constructor(
    private readonly settings: BenchSettings,
    private readonly parts: NemesisParts,
  ) {
    const { faults, faultInterval: interval, faultSettings } = settings;
    const { clock, random, listener } = parts;
    this.victims = new Victims(settings.nodeIds, faultSettings.victim, random);
    this.schedules = faults.map((name, index) => {
      const timing = { interval, gaps: faultSettings.gaps, offset: (interval * index) / faults.length };
      return new FaultSchedule({ fault: this.createFault(name), clock, random, listener }, timing);
    });
  }

  begin(): void {
    for (const schedule of this.schedules) schedule.begin();
  }

  /** Prevents further starts. */
  pause(): void {
    for (const schedule of this.schedules) schedule.pause();
  }

  /** Ends every fault permanently; calls `whole` once everything works again. */
  end(whole: () => void): void {
    let missing = this.schedules.length;
    if (missing === 0) whole();
    for (const schedule of this.schedules)
      schedule.end(() => {
        if (--missing === 0) whole();
      });
  }

  /** Does nothing from now on: the run is over. */
  cancel(): void {
    for (const schedule of this.schedules) schedule.cancel();
  }

  private createFault(name: FaultName): Fault {
    const { conditions, random, nodes, clock } = this.parts;
    const { nodeIds, faultSettings } = this.settings;
    const { victims } = this;
    switch (name) {
      case "partition":
        return new PartitionFault(nodeIds, conditions, random);
      case "kill":
        return new KillFault({ nodes, victims, clock }, faultSettings.downtime, faultSettings.topologyAfterRestart);
      case "pause":
        return new PauseFault({ nodes, victims }, faultSettings.pauseTime);
      case "loss":
        return new LossFault(faultSettings.lossRate, conditions);
      case "duplicate":
        return new DuplicateFault(faultSettings.duplicateRate, conditions);
      case "slow":
        return new SlowFault(faultSettings.addedLatency, conditions);
    }
  }
}
