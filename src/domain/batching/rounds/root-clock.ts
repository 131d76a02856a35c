import { ROUNDS } from "../../config.js";

/** The root's own rounds: regular downcasts leave at times T_k = T_0 + kP, by its own clock, in ms. */
export class RootClock {
  private origin: number | undefined;
  private firstRound = 0;
  private currentPeriod = 0;
  /** When the last round of the previous period left. It counts once the period has changed. */
  private lastOfBefore = 0;

  get isRunning(): boolean {
    return this.origin !== undefined;
  }

  get period(): number {
    return this.currentPeriod;
  }

  /** Starts the rounds: round 0 leaves at `time`, and the others follow every `period` ms. */
  start(time: number, period: number): void {
    this.origin = time;
    this.firstRound = 0;
    this.currentPeriod = period;
  }

  /** Stops the rounds, which start anew when this node becomes the root again. */
  stop(): void {
    this.origin = undefined;
  }

  /** The number of the first round after `time`. */
  roundAfter(time: number): number {
    if (this.origin === undefined) return 0;
    return Math.max(0, Math.floor((time - this.origin) / this.currentPeriod) + 1) + this.firstRound;
  }

  /** When a round leaves, or left. */
  timeOf(round: number): number {
    if (round < this.firstRound) return this.lastOfBefore;
    return (this.origin ?? 0) + (round - this.firstRound) * this.currentPeriod;
  }

  /**
   * Adopts a better period if it differs enough. The next round keeps its time, because members have planned their
   * upcasts for it, and the new period counts from there. So every member learns of a round in time to use it.
   * @param round the round that is leaving at `now`
   */
  adoptPeriod(round: number, ideal: number, now: number): void {
    if (Math.abs(ideal - this.currentPeriod) <= ROUNDS.periodTolerance * this.currentPeriod) return;
    if (round < this.firstRound || now - this.timeOf(round) > ROUNDS.lateDeparture) return;
    const left = this.timeOf(round);
    this.origin = this.timeOf(round + 1);
    this.firstRound = round + 1;
    this.lastOfBefore = left;
    this.currentPeriod = ideal;
  }
}
