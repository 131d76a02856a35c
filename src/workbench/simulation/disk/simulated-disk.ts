import type { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import type { FileSystem } from "../../../adapters/journal-file/file-system.js";
import type { Random } from "../../../domain/ports/random.js";
import { between, oneOf } from "../chance.js";
import type { DiskFault, DiskTrouble } from "./disk-fault.js";
import { MountedDisk } from "./mounted-disk.js";
import { SimulatedDirectory } from "./simulated-directory.js";
import { PAGE, type SimulatedFile, type Stretch } from "./simulated-file.js";
import { valuesIn } from "./stored-values.js";

interface SimulatedDiskDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  /** Called with the values whose records a fault has damaged; without them, if it has deleted all. */
  readonly damaged: (values?: readonly number[]) => void;
  /** Counts what has happened. */
  readonly tally: (what: string, count: number) => void;
}

/** The disk of a member: it outlives the processes that mount it, and does what its faults demand. */
export class SimulatedDisk {
  readonly root = new SimulatedDirectory(0);
  private readonly troubles = new Set<DiskFault>();
  private mounted: MountedDisk | undefined;
  private identities = 1;
  /** Bytes that files may still grow by; `Infinity` while there is room. */
  private room = Number.POSITIVE_INFINITY;
  /** Whether a fault has damaged durable data, ever. */
  isDamaged = false;

  constructor(
    private readonly deps: SimulatedDiskDeps,
    /** The directory with all journals, which a fault may delete. */
    private readonly dataDirectory: string,
  ) {}

  /**
   * The file system for a process.
   * @param whenRunning runs a task unless the process has ended, after its pause
   */
  mount(whenRunning: (task: () => void) => void): FileSystem {
    this.mounted?.unmount();
    this.mounted = new MountedDisk(this, { ...this.deps, whenRunning });
    return this.mounted;
  }

  /** The process has ended, and its lock with it. */
  unmount(): void {
    this.mounted?.unmount();
    this.mounted = undefined;
  }

  /** The machine loses its power. */
  cutPower(): void {
    this.unmount();
    this.root.cutPower(this.deps.random, this.deps.tally);
  }

  begin(fault: DiskFault): void {
    this.troubles.add(fault);
    if (fault.trouble === "full") this.room = between(this.deps.random, 0, 4 * PAGE);
    if (fault.trouble === "flip") this.flip();
    if (fault.trouble === "unreadable") this.spoil();
    if (fault.trouble === "deleted") this.delete();
  }

  end(fault: DiskFault): void {
    this.troubles.delete(fault);
    if (!this.has("full")) this.room = Number.POSITIVE_INFINITY;
  }

  has(trouble: DiskTrouble): boolean {
    for (const fault of this.troubles) if (fault.trouble === trouble) return true;
    return false;
  }

  nextIdentity(): number {
    return this.identities++;
  }

  /** Reserves space for a file to grow. @returns the number of bytes granted */
  claim(bytes: number): number {
    const granted = Math.min(bytes, this.room);
    this.room -= granted;
    return granted;
  }

  /** Bytes were appended to this file: damage before them may cost their first record, or all of them. */
  written(file: SimulatedFile, stretch: Stretch): void {
    if (file.hasBadPages) this.damagedRecords(valuesIn(file.bytes, stretch));
    if (!file.endangersNext) return;
    const first = valuesIn(file.bytes, { start: stretch.start, end: stretch.start + 1 });
    this.damagedRecords(first);
    file.endangersNext = first.length === 0;
  }

  /** Before a sync of this file: a page of it may go to a wrong place. */
  beforeSync(file: SimulatedFile): void {
    const fault = [...this.troubles].find(({ trouble }) => trouble === "misdirected");
    if (fault === undefined) return;
    const { random } = this.deps;
    const page = file.takeDirty(random);
    if (page === undefined) return;
    this.troubles.delete(fault);
    const bytes = Buffer.from(file.bytes.subarray(page * PAGE, (page + 1) * PAGE));
    this.damage(file, { start: page * PAGE, end: (page + 1) * PAGE });
    const target = oneOf(random, [...this.root.files()]) as SimulatedFile | undefined;
    if (target === undefined || target.durableSize === 0) return;
    // Often in the same place of another file: there the checksums fit.
    const last = Math.floor((target.durableSize - 1) / PAGE);
    const place = random.next() < 0.5 && page <= last ? page : between(random, 0, last);
    if (target === file && place === page) return;
    this.damage(target, { start: place * PAGE, end: (place + 1) * PAGE });
    target.receiveStray(place, bytes);
    if (random.next() < 0.5) file.evict(page);
  }

  private flip(): void {
    const file = this.anyFile();
    if (file === undefined) return;
    const position = between(this.deps.random, 0, file.durableSize - 1);
    const bit = between(this.deps.random, 0, 7);
    const before = Buffer.from(file.bytes);
    if (file.flip(position, bit)) this.damage(file, { start: position, end: position + 1 }, before);
  }

  private spoil(): void {
    const file = this.anyFile();
    if (file === undefined) return;
    const page = between(this.deps.random, 0, Math.floor((file.durableSize - 1) / PAGE));
    // The journal reads a file as a whole.
    if (file.spoil(page)) this.damage(file, { start: 0, end: file.size });
  }

  private delete(): void {
    this.isDamaged = true;
    this.deps.damaged();
    for (const part of this.dataDirectory.split("/")) if (part !== "") this.root.entries.delete(part);
    this.root.sync();
  }

  private anyFile(): SimulatedFile | undefined {
    const files = [...this.root.files()].filter(({ durableSize }) => durableSize > 0);
    return files.length === 0 ? undefined : oneOf(this.deps.random, files);
  }

  private damage(file: SimulatedFile, stretch: Stretch, bytes = file.bytes): void {
    this.isDamaged = true;
    this.damagedRecords(valuesIn(bytes, stretch));
    if (bytes.indexOf("\n", stretch.end) === -1) file.endangersNext = true;
  }

  private damagedRecords(values: readonly number[]): void {
    this.deps.tally("records damaged", values.length);
    this.deps.damaged(values);
  }
}
