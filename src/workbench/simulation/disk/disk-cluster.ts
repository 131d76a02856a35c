import type { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../../adapters/journal-file/file-journals.js";
import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import type { OpenJournal } from "../../../domain/ports/journal.js";
import type { Log } from "../../../domain/ports/log.js";
import type { Scenario } from "../scenario.js";
import type { SimulatedClock } from "../simulated-clock.js";
import type { DiskFault } from "./disk-fault.js";
import { SimulatedDisk } from "./simulated-disk.js";

/** The directory with all journals of a simulated disk; its parent must become durable as well. */
export const DATA_DIRECTORY = "/var/data";

interface DiskClusterDeps {
  readonly clock: FakeClock;
  /** Called with the values whose records on a member's disk a fault has damaged; without them, if it has deleted all. */
  readonly damaged: (member: number, values?: readonly number[]) => void;
}

/** The process that uses a member's disk. */
interface User {
  readonly clock: SimulatedClock;
  readonly log: Log;
  /** Called when the journal has given up. */
  readonly onLost: () => void;
}

/** The disks of all members, with their journals: those that real nodes write. */
export class DiskCluster {
  /** Counts of what happened to the disks. */
  readonly tally = new Map<string, number>();
  private readonly disks: readonly SimulatedDisk[];
  private readonly segmentBytes: number;

  constructor(
    { clock, damaged }: DiskClusterDeps,
    { seed, clocks, disks }: Pick<Scenario, "seed" | "clocks" | "disks">,
  ) {
    const random = new SeededRandom(seed ^ 0xd15c);
    this.segmentBytes = disks?.segmentBytes ?? 2 ** 24;
    const tally = (what: string, count: number) => this.count(what, count);
    this.disks = clocks.map(
      (_, member) =>
        new SimulatedDisk(
          {
            clock,
            random: random.fork(),
            tally,
            damaged: (values) => damaged(member, values),
          },
          DATA_DIRECTORY,
        ),
    );
  }

  /** The journals on a member's disk, for one process. */
  opener(member: number, { clock, log, onLost }: User): OpenJournal {
    const files = this.disk(member).mount((task) => clock.whenRunning(task));
    const { segmentBytes } = this;
    return (id, incarnation) =>
      new FileJournals({ clock, log }, DATA_DIRECTORY, { files, segmentBytes, onLost }).open(id, incarnation);
  }

  /** The process of a member has ended, with or without the power of its machine. */
  stop(member: number, isPowerCut: boolean): void {
    if (isPowerCut) {
      this.count("power cuts", 1);
      this.disk(member).cutPower();
    } else this.disk(member).unmount();
  }

  begin(fault: DiskFault): void {
    this.count(fault.trouble, 1);
    this.disk(fault.node).begin(fault);
  }

  end(fault: DiskFault): void {
    this.disk(fault.node).end(fault);
  }

  /** Members whose durable data a fault has damaged. */
  get damaged(): number[] {
    return this.disks.flatMap(({ isDamaged }, member) => (isDamaged ? [member] : []));
  }

  count(what: string, more: number): void {
    if (more > 0) this.tally.set(what, (this.tally.get(what) ?? 0) + more);
  }

  private disk(member: number): SimulatedDisk {
    return this.disks[member] as SimulatedDisk;
  }
}
