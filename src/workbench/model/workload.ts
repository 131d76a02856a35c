import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { drawGap } from "./latency.js";
import type { Span } from "./spans.js";
import type { Worker } from "./worker.js";

interface WorkloadDeps {
  readonly workers: readonly Worker[];
  readonly clock: Clock;
  readonly random: Random;
  /** Called once the time is over and every operation has ended. */
  readonly drained: () => void;
}

/**
 * Maelstrom's broadcast workload. For `timeLimit` ms it starts operations at gaps uniform in 0 … 2/rate; each is, with equal
 * probability, a broadcast of the next integer or a read, assigned in turn to the free workers. Like Jepsen's generator it
 * does not catch up: an operation that has to wait for a free worker delays all later ones.
 */
export class Workload {
  private nextValue = 0;
  /** Earliest start of the next operation, in ms of the clock. */
  private nextAt = 0;
  /** End of the load, in ms of the clock, even if the bench is late then. */
  private endsAt = 0;
  private over = false;
  private waitingForWorker = false;
  /** Since when a due operation waits for a free worker, in ms of the clock; `undefined` if none does. */
  private waitingSince: number | undefined;
  private readonly waits: Span[] = [];
  private readonly delays: Span[] = [];
  private busyWorkers = 0;
  /** Start of the search for a free worker. */
  private place = 0;
  private stopped = false;
  private cancelNext: CancelTask | undefined;
  private cancelEnd: CancelTask | undefined;

  constructor(
    private readonly deps: WorkloadDeps,
    private readonly settings: { readonly rate: number; readonly timeLimit: number },
  ) {}

  /** Begins; calls `drained` once the time is over and every operation has ended. */
  start(): void {
    this.endsAt = this.deps.clock.now() + this.settings.timeLimit;
    this.cancelEnd = this.deps.clock.schedule(this.settings.timeLimit, () => this.end());
    if (this.settings.rate === 0) return;
    this.nextAt = this.deps.clock.now();
    this.begin();
  }

  /** Times in which an operation was due and every worker was busy; ms of the clock. */
  get waitsForNodes(): readonly Span[] {
    return this.waits;
  }

  /** Times by which operations began late though a worker was free; ms of the clock. */
  get ownDelays(): readonly Span[] {
    return this.delays;
  }

  /** Begins no more operations and never calls `drained`. */
  stop(): void {
    this.endWait();
    this.stopped = true;
    this.cancelNext?.();
    this.cancelEnd?.();
  }

  private begin(): void {
    const now = this.deps.clock.now();
    if (this.waitingSince === undefined && now > this.nextAt) this.note(this.delays, this.nextAt);
    const worker = this.chooseWorker();
    if (worker === undefined) {
      this.waitingSince ??= now;
      this.waitingForWorker = true;
      return;
    }
    this.endWait();
    // Counted from the due time, even if a real timer was a little early: at a high rate that would add up.
    this.nextAt = Math.max(now, this.nextAt) + drawGap(1000 / this.settings.rate, this.deps.random);
    this.cancelNext = this.deps.clock.schedule(this.nextAt - now, () => this.begin());
    this.busyWorkers++;
    const isRead = this.deps.random.next() < 0.5;
    worker.perform(isRead ? { operation: "read" } : { operation: "broadcast", value: this.nextValue++ }, () => {
      this.busyWorkers--;
      if (this.stopped) return;
      if (this.over) this.drainIfIdle();
      else if (this.waitingForWorker) this.resume();
    });
  }

  /**
   * The first free worker after a position that moves by one with each operation. As in Jepsen, whose nemesis is a worker
   * too, the cycle has one position more than there are workers.
   */
  private chooseWorker(): Worker | undefined {
    const { place } = this;
    const { workers } = this.deps;
    const free = (worker: Worker) => worker.free;
    const worker = workers.slice(place).find(free) ?? workers.find(free);
    if (worker !== undefined) this.place = (place + 1) % (workers.length + 1);
    return worker;
  }

  private resume(): void {
    this.waitingForWorker = false;
    this.cancelNext = this.deps.clock.schedule(0, () => this.begin());
  }

  private end(): void {
    this.over = true;
    this.endWait();
    this.cancelNext?.();
    this.drainIfIdle();
  }

  private endWait(): void {
    if (this.waitingSince !== undefined) this.note(this.waits, this.waitingSince);
    this.waitingSince = undefined;
  }

  /** Records a time that lasts until now. */
  private note(spans: Span[], from: number): void {
    const to = Math.min(this.deps.clock.now(), this.endsAt);
    if (to > from) spans.push([from, to]);
  }

  private drainIfIdle(): void {
    if (this.busyWorkers === 0) this.deps.drained();
  }
}
