import { Samples } from "../../delta/samples";
import type { CancelTask, Clock } from "../../ports/clock";

/**
 * How long before its parent's departure an upcast is to arrive, in ms: as much as timers and deliveries are late on these
 * machines. More costs latency at every hop, less lets upcasts miss their round.
 */
export interface Guard {
  /** The guard that this member's upcasts keep, and that it asks its children to keep. @param most what there is room for, in ms */
  within(most: number): number;
  /** The shortest that it can be, in ms. */
  readonly least: number;
  /** A timer of this member ran `lateness` ms after its time. */
  timerRan(lateness: number): void;
  /** An upcast for `round` came `lateness` ms after it was to be here, a guard before this member's own departure; 0 or less if it was early. */
  upcastArrived(round: number, lateness: number): void;
  /** The parent asks for this guard, in ms. */
  parentAsks(guard: number): void;
}

/** What is added to the lateness that was seen, in ms: what a quiet machine takes to handle the upcasts of a round. */
export const BASE_GUARD = 8;
/** A guard that follows the machine stays between these, in ms. */
export const SHORTEST_GUARD = 10;
export const LONGEST_GUARD = 500;
/** What lateness is expected of a cluster that has just started, in ms: its processes run their code for the first time. */
const COLD_LATENESS = 52;
/** From this many rounds, and this long after the first, in ms, on what was seen says more than what was expected. */
const ENOUGH_ROUNDS = 3;
const COLD_TIME = 2500;
/** So many rounds are looked back on, and so many timers. */
const ROUNDS_REMEMBERED = 32;
const TIMERS_REMEMBERED = 64;
/** The share of rounds in which all upcasts are to be in time: one that is late costs a wave of downcasts, so much guard costs as many in shorter rounds. */
const PUNCTUAL_ROUNDS = 0.85;
/** The share of timers that the guard covers. */
const PUNCTUAL_TIMERS = 0.95;

/** A guard that the user has set. */
export class FixedGuard implements Guard {
  /** @param least the guard in ms */
  constructor(readonly least: number) {}

  within(): number {
    return this.least;
  }

  timerRan(): void {}
  upcastArrived(): void {}
  parentAsks(): void {}
}

/** A guard that follows what timers and upcasts do: a high quantile of how late they are, within bounds. */
export class AdaptiveGuard implements Guard {
  readonly least = SHORTEST_GUARD;
  /** The latest upcast of each of the last rounds, in ms. */
  private readonly rounds = new Map<number, number>();
  private readonly timers = new Samples(TIMERS_REMEMBERED);
  private fromParent = 0;
  private current: number | undefined;
  private firstRoundAt: number | undefined;

  constructor(private readonly clock: Clock) {}

  within(most: number): number {
    this.current ??= this.derive();
    return Math.max(SHORTEST_GUARD, Math.min(this.current, most));
  }

  timerRan(lateness: number): void {
    this.timers.add(Math.max(0, lateness));
    this.current = undefined;
  }

  upcastArrived(round: number, lateness: number): void {
    this.firstRoundAt ??= this.clock.now();
    this.rounds.set(round, Math.max(0, lateness, this.rounds.get(round) ?? 0));
    for (const oldest of this.rounds.keys()) {
      if (this.rounds.size <= ROUNDS_REMEMBERED) break;
      this.rounds.delete(oldest);
    }
    this.current = undefined;
  }

  parentAsks(guard: number): void {
    this.fromParent = guard;
    this.current = undefined;
  }

  private derive(): number {
    const isCold = this.rounds.size < ENOUGH_ROUNDS || this.clock.now() < (this.firstRoundAt ?? 0) + COLD_TIME;
    const cold = isCold && this.fromParent === 0 ? COLD_LATENESS : 0;
    const lateness = Math.max(
      cold,
      quantile([...this.rounds.values()], PUNCTUAL_ROUNDS),
      this.timers.count === 0 ? 0 : this.timers.quantile(PUNCTUAL_TIMERS),
    );
    return Math.min(Math.max(SHORTEST_GUARD, BASE_GUARD + lateness, this.fromParent), LONGEST_GUARD);
  }
}

/** The element at floor(n·q) of the sorted numbers; 0 if there is none. */
function quantile(numbers: readonly number[], q: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * q)] ?? 0;
}

/** A clock whose timers tell the guard how late they are. */
export class ObservedClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly guard: Guard,
  ) {}

  now(): number {
    return this.clock.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    // Work that is put off until the present has been dealt with is no timer.
    if (delay <= 0) return this.clock.schedule(delay, task);
    const due = this.clock.now() + delay;
    return this.clock.schedule(delay, () => {
      this.guard.timerRan(this.clock.now() - due);
      task();
    });
  }
}
