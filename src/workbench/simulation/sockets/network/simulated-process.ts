import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";
import type { CancelTask, Clock } from "../../../../domain/ports/clock.js";
import type { Random } from "../../../../domain/ports/random.js";
import type { ClockModel } from "../../scenario.js";
import { SimulatedClock } from "../../simulated-clock.js";
import type { SimulatedSocket, SocketOwner } from "./simulated-socket.js";

/** How a process reads its sockets: at most `bytes` at a time, with a pause in ms before each time. */
export interface Pace {
  readonly bytes: number;
  readonly pause: number;
}

/** A process that reads as fast as it can. */
const FULL_PACE: Pace = { bytes: Number.POSITIVE_INFINITY, pause: 0 };

interface SimulatedProcessDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly tally: (what: string) => void;
}

/** One process on a host: its clock, its sockets, and whether it runs, is paused, or has ended. */
export class SimulatedProcess implements SocketOwner {
  readonly random: Random;
  readonly tally: (what: string) => void;
  /** Its clock, which counts the timers that wait. */
  readonly clock: Clock;
  pace = FULL_PACE;
  /** Number of its timers that have neither run nor been cancelled. */
  timers = 0;
  readonly sockets = new Set<SimulatedSocket>();
  readonly servers = new Set<{ stop(): void }>();
  private readonly life: SimulatedClock;

  constructor(
    private readonly deps: SimulatedProcessDeps,
    model: ClockModel,
  ) {
    this.random = deps.random;
    this.tally = deps.tally;
    const life = new SimulatedClock(deps.clock, deps.random, model);
    this.life = life;
    this.clock = { now: () => life.now(), schedule: (delay, task) => this.schedule(delay, task) };
  }

  get isDead(): boolean {
    return this.life.isDead;
  }

  later(delay: number, task: () => void): CancelTask {
    let isCancelled = false;
    const run = () =>
      this.life.whenRunning(() => {
        if (!isCancelled) task();
      });
    const cancel = this.deps.clock.schedule(delay, run);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  released(socket: SimulatedSocket): void {
    this.sockets.delete(socket);
  }

  pause(): void {
    this.life.pause();
  }

  resume(): void {
    this.life.resume();
  }

  /** Ends at once; the system closes its sockets. */
  die(): void {
    if (this.isDead) return;
    this.life.die();
    for (const server of this.servers) server.stop();
    for (const socket of this.sockets) socket.orphan();
    this.sockets.clear();
  }

  private schedule(delay: number, task: () => void): CancelTask {
    let isWaiting = true;
    this.timers++;
    const settle = () => {
      if (isWaiting) this.timers--;
      isWaiting = false;
    };
    const cancel = this.life.schedule(delay, () => {
      settle();
      task();
    });
    return () => {
      settle();
      cancel();
    };
  }
}
