import type { Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";

/** How much work the processes of a cluster are to the machine that they share. Times in ms. */
export interface ProcessorModel {
  /** Cores that the processes have to themselves. */
  readonly cores: number;
  /** Mean time that one event (a message or a timer) takes in a process that has run for a while. */
  readonly warmCost: number;
  /** What the first event after the start takes on top of that, on average: code that has never run is slow. */
  readonly coldCost: number;
  /** After this many events the surplus has fallen to a third (1/e). */
  readonly coldEvents: number;
  /** With this probability an event waits first while another program has the core, for up to `preemption` ms. */
  readonly preemptionProbability: number;
  readonly preemption: number;
}

/**
 * A small machine with one core kept busy by something else, as measured with 25 Node processes on two cores: the first
 * events of a process take 2 to 8 ms, those after the first dozen less than one; a core that is taken away comes back
 * after up to 30 ms. The bad starts in `test/fixtures/start-traces` look alike under this model.
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
 * The cores that the processes of a cluster share. Each event waits until its process has finished the one before and a
 * core is free, and then takes its time: so a wave of messages to 24 cold processes is handled one after the other, as on
 * a real machine, and timers and deliveries are late by what stands before them.
 */
export class SharedProcessor {
  /** When each core will be free, in ms of the clock. */
  private readonly freeAt: number[];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly model: ProcessorModel,
  ) {
    this.freeAt = Array.from({ length: model.cores }, () => 0);
  }

  /** A process of its own: runs what it is given in order, each piece when the machine gets to it. */
  process(): (event: () => void) => void {
    let events = 0;
    let freeAt = 0;
    let core = 0;
    return (event) => {
      const now = this.clock.now();
      // What a process has yet to do stays on its core: a long queue of one keeps nobody else waiting.
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
