import { GUARD } from "../../config.js";
import { Samples } from "../../delta/samples.js";
import type { CancelTask, Clock } from "../../ports/clock.js";

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
  readonly least = GUARD.shortest;
  /** The latest upcast of each of the last rounds, in ms. */
  private readonly rounds = new Map<number, number>();
  private readonly timers = new Samples(GUARD.timersRemembered);
  private fromParent = 0;
  private current: number | undefined;
  private firstRoundAt: number | undefined;

  constructor(private readonly clock: Clock) {}

  within(most: number): number {
    this.current ??= this.derive();
    return Math.max(GUARD.shortest, Math.min(this.current, most));
  }

  timerRan(lateness: number): void {
    this.timers.add(Math.max(0, lateness));
    this.current = undefined;
  }

  upcastArrived(round: number, lateness: number): void {
    this.firstRoundAt ??= this.clock.now();
    this.rounds.set(round, Math.max(0, lateness, this.rounds.get(round) ?? 0));
    for (const oldest of this.rounds.keys()) {
      if (this.rounds.size <= GUARD.roundsRemembered) break;
      this.rounds.delete(oldest);
    }
    this.current = undefined;
  }

  parentAsks(guard: number): void {
    this.fromParent = guard;
    this.current = undefined;
  }

  private derive(): number {
    const isCold =
      this.rounds.size < GUARD.enoughRounds || this.clock.now() < (this.firstRoundAt ?? 0) + GUARD.coldTime;
    const cold = isCold && this.fromParent === 0 ? GUARD.coldLateness : 0;
    const lateness = Math.max(
      cold,
      quantile([...this.rounds.values()], GUARD.punctualRounds),
      this.timers.count === 0 ? 0 : this.timers.quantile(GUARD.punctualTimers),
    );
    return Math.min(Math.max(GUARD.shortest, GUARD.base + lateness, this.fromParent), GUARD.longest);
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
