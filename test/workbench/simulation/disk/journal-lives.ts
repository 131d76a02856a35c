import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../../../src/adapters/journal-file/file-journals.js";
import { SeededRandom } from "../../../../src/adapters/seeded-random/seeded-random.js";
import type { Clock } from "../../../../src/domain/ports/clock.js";
import { JournalUnavailable, type OpenedJournal } from "../../../../src/domain/ports/journal.js";
import type { LogEvent } from "../../../../src/domain/ports/log.js";
import { Liveness } from "../../../../src/workbench/model/liveness.js";
import { between, oneOf } from "../../../../src/workbench/simulation/chance.js";
import type { DiskTrouble } from "../../../../src/workbench/simulation/disk/disk-fault.js";
import { SimulatedDisk } from "../../../../src/workbench/simulation/disk/simulated-disk.js";

const DIRECTORY = "/var/data";
/** Troubles that must not cost a durable record. */
const HARMLESS: readonly DiskTrouble[] = ["full", "write-errors", "sync-errors", "sync-errors", "slow"];

/** Several lives of one journal on one disk that fails, loses power and is killed, but never damages what is durable. */
export class JournalLives {
  readonly lines: string[] = [];
  private readonly random: SeededRandom;
  private readonly clock = new FakeClock();
  private readonly disk: SimulatedDisk;
  private readonly segmentBytes: number;
  /** Numbers of the records that the next life must find: those that were reported as durable or found. */
  private readonly durable = new Set<number>();
  private incarnation = 0;
  private next = 1;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.disk = new SimulatedDisk(
      { clock: this.clock, random: this.random.fork(), damaged: () => {}, tally: () => {} },
      DIRECTORY,
    );
    this.segmentBytes = oneOf(this.random, [200, 500, 2_000, 2 ** 24]);
  }

  /** @returns what the first life that lost something has lost; `undefined` if none has */
  run(): string | undefined {
    for (let life = between(this.random, 2, 6); life > 0; life--) {
      const problem = this.live();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private live(): string | undefined {
    const stopTrouble = this.trouble();
    const life = new Liveness();
    const opened = this.open(life, stopTrouble);
    const found = new Set(opened.records.map(({ value }) => value as number));
    const lost = [...this.durable].filter((number) => !found.has(number));
    if (lost.length > 0) return `life ${opened.incarnation} lacks ${lost.join(", ")}`;
    if (opened.incarnation <= this.incarnation) return `life ${opened.incarnation} follows life ${this.incarnation}`;
    for (const { number, value } of opened.records) if (number !== value) return `record ${number} contains ${value}`;
    for (const number of found) this.durable.add(number);
    this.incarnation = opened.incarnation;
    this.use(opened);
    if (this.random.next() < 0.4) {
      this.tell("closes");
      opened.journal.close();
    }
    life.die();
    if (this.random.next() < 0.5) {
      this.tell("loses power");
      this.disk.cutPower();
    } else this.disk.unmount();
    stopTrouble();
    return undefined;
  }

  private use({ journal }: OpenedJournal): void {
    for (let step = between(this.random, 0, 25); step > 0; step--) {
      const stopTrouble = this.random.next() < 0.2 ? this.trouble() : () => {};
      for (let count = between(this.random, 0, 4); count > 0; count--) {
        journal.append({ author: "n0@1", number: this.next, value: this.next });
        this.next++;
      }
      const upTo = this.next;
      const from = upTo - between(this.random, 0, 10);
      if (this.random.next() < 0.6)
        journal.sync(() => {
          this.tell(`durable up to ${upTo - 1}`);
          for (let number = from; number < upTo; number++) if (this.isOfThisLife(number)) this.durable.add(number);
        });
      this.clock.advance(oneOf(this.random, [0, 1, 5, 12, 40, 300, 3_000]));
      stopTrouble();
    }
  }

  private firstOfLife = 1;

  private isOfThisLife(number: number): boolean {
    return number >= this.firstOfLife;
  }

  /** Opens the journal, as often as it takes; the disk recovers in the end. */
  private open(life: Liveness, stopTrouble: () => void): OpenedJournal {
    this.firstOfLife = this.next;
    const clock: Clock = {
      now: () => this.clock.now(),
      schedule: (delay, task) => this.clock.schedule(delay, () => life.whenRunning(task)),
    };
    for (let attempt = 0; ; attempt++) {
      if (attempt === 10) stopTrouble();
      const files = this.disk.mount((task) => life.whenRunning(task));
      try {
        const log = { event: ({ text }: LogEvent) => this.tell(text) };
        const options = { files, segmentBytes: this.segmentBytes, onLost: () => this.tell("GIVES UP") };
        const opened = new FileJournals({ clock, log }, DIRECTORY, options).open("n0", 1);
        this.tell(
          `opens with ${opened.records.map(({ value }) => value).join(" ")}; ${opened.problems.map(({ text }) => text).join("; ")}`,
        );
        return opened;
      } catch (error) {
        if (!(error instanceof JournalUnavailable) || attempt > 10) throw error;
        this.tell(error.message);
        if (this.random.next() < 0.3) this.disk.cutPower();
      }
    }
  }

  private trouble(): () => void {
    if (this.random.next() < 0.4) return () => {};
    const trouble = oneOf(this.random, HARMLESS);
    const fault = { kind: "disk", node: 0, trouble, from: 0, until: 0 } as const;
    this.tell(`trouble: ${trouble}`);
    this.disk.begin(fault);
    return () => this.disk.end(fault);
  }

  private tell(line: string): void {
    this.lines.push(`${this.clock.now().toFixed(3)} ${line}`);
  }
}
