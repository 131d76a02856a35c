import type { Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";

/** Load of a cluster's processes on the machine that they share. Times in ms. */
export interface ProcessorModel {
  /** Cores that only these processes use. */
  readonly cores: number;
  /** Mean time of one event (a message or a timer) in a process that has run for a while. */
  readonly warmCost: number;
  /** Additional mean time of the first event after the start: code that has never run is slow. */
  readonly coldCost: number;
  /** Number of events after which that additional time has fallen to a third (1/e). */
  readonly coldEvents: number;
  /** Probability that an event first waits, for up to `preemption` ms, while another program has the core. */
  readonly preemptionProbability: number;
  readonly preemption: number;
}

/**
 * A small machine with one core kept busy by other programs, as measured with 25 Node processes on two cores. The first
 * events of a process take 2 to 8 ms, and less than one after the first dozen. A core that is taken away comes back after up
 * to 30 ms. The slow starts in `test/fixtures/start-traces` look alike under this model.
 */
export const CROWDED_MACHINE: ProcessorModel = {
  cores: 1,
  warmCost: 0.3,
  coldCost: 4,
  coldEvents: 3,
  preemptionProbability: 0.01,
  preemption: 30,
};

/**
 * The cores that the processes of a cluster share. Each event waits until its process has finished the previous one and a
 * core is free, and then takes its time. So a wave of messages to 24 cold processes is handled one after the other, as on a
 * real machine, and timers and deliveries are late by the work before them.
 */
export class SharedProcessor {
  /** Time when each core becomes free, in ms of the clock. */
  private readonly freeAt: number[];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly model: ProcessorModel,
  ) {
    this.freeAt = Array.from({ length: model.cores }, () => 0);
  }

  /** A process on its own: runs its tasks in order, each when the machine gets to it. */
  process(): (event: () => void) => void {
    let events = 0;
    let freeAt = 0;
    let core = 0;
    return (event) => {
      const now = this.clock.now();
      // Pending work of a process stays on its core: a long queue of one does not delay the others.
      if (freeAt <= now) core = this.freeAt.indexOf(Math.min(...this.freeAt));
      const begin = Math.max(now, freeAt, this.freeAt[core] as number) + this.preempted();
      freeAt = begin + this.cost(events++);
      this.freeAt[core] = freeAt;
      this.clock.schedule(freeAt - now, event);
    };
  }

  private preempted(): number {
    const { preemptionProbability, preemption } = this.model;
    return this.random.next() < preemptionProbability ? this.random.next() * preemption : 0;
  }

  private cost(events: number): number {
    const { warmCost, coldCost, coldEvents } = this.model;
    const mean = warmCost + coldCost * Math.exp(-events / coldEvents);
    return -Math.log(1 - this.random.next()) * mean;
  }
}
