import { GUARD } from "../../config.js";
import { Samples } from "../../delta/samples.js";
import type { Clock } from "../../ports/clock.js";

/**
 * How long before the parent's departure an upcast should arrive, in ms. It covers the lateness of timers and
 * deliveries on these machines. A longer guard costs latency at every hop; with a shorter one, upcasts miss their
 * round.
 */
export interface Guard {
  /**
   * The guard for this node's upcasts and those of its children, in ms.
   * @param most upper bound, in ms
   */
  within(most: number): number;
  /** Lower bound, in ms. */
  readonly least: number;
  /** A timer of this node ran `lateness` ms late. */
  timerRan(lateness: number): void;
  /**
   * An upcast for `round` arrived `lateness` ms after its planned time: one guard before this node's departure, or more
   * with a head start; 0 or less if it was early.
   */
  upcastArrived(round: number, lateness: number): void;
  /** The parent requests this guard, in ms. */
  parentRequests(guard: number): void;
}

/** A guard of a configured length. */
export class FixedGuard implements Guard {
  /** @param least the guard in ms */
  constructor(readonly least: number) {}

  within(): number {
    return this.least;
  }

  timerRan(): void {}
  upcastArrived(): void {}
  parentRequests(): void {}
}

/** A guard that adapts to the observed lateness of timers and upcasts: a high quantile, within bounds. */
export class AdaptiveGuard implements Guard {
  readonly least = GUARD.shortest;
  /** Lateness of the latest upcast of each of the last rounds, in ms. */
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

  parentRequests(guard: number): void {
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

/** Returns a guard of the configured length in ms, or with `auto` one that adapts. */
export function guardOf(length: number | "auto", clock: Clock): Guard {
  return length === "auto" ? new AdaptiveGuard(clock) : new FixedGuard(length);
}

/** Returns the element at floor(n·q) of the sorted numbers; 0 if there are none. */
function quantile(numbers: readonly number[], q: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * q)] ?? 0;
}
