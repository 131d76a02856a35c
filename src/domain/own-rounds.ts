/** A new period must differ by this share from the old one to be worth a change of rhythm. */
const PERIOD_TOLERANCE = 0.03;
/** A downcast that leaves later than this after its time, in ms, is one out of turn, and no occasion to change the rhythm. */
const LATE_TIMER = 50;

/** The root's own rounds: regular downcasts leave at times T_k = T_0 + kP, by its own clock, in ms. */
export class OwnRounds {
  private origin: number | undefined;
  private firstRound = 0;
  private currentPeriod = 0;

  get haveBegun(): boolean {
    return this.origin !== undefined;
  }

  get period(): number {
    return this.currentPeriod;
  }

  /** Round 0 leaves at `time`, the others every `period` ms. */
  begin(time: number, period: number): void {
    this.origin = time;
    this.firstRound = 0;
    this.currentPeriod = period;
  }

  /** The next reign starts anew. */
  end(): void {
    this.origin = undefined;
  }

  /** The number of the first round after `time`. */
  after(time: number): number {
    if (this.origin === undefined) return 0;
    return Math.max(0, Math.floor((time - this.origin) / this.currentPeriod) + 1) + this.firstRound;
  }

  /** When a round leaves. */
  timeOf(round: number): number {
    return (this.origin ?? 0) + (round - this.firstRound) * this.currentPeriod;
  }

  /**
   * Follows a better period, if it is worth it. The round that is leaving keeps its time; the new period counts from there.
   * @param round the round that is due at `now`
   */
  adjust(round: number, ideal: number, now: number): void {
    if (Math.abs(ideal - this.currentPeriod) <= PERIOD_TOLERANCE * this.currentPeriod) return;
    if (round < this.firstRound || now - this.timeOf(round) > LATE_TIMER) return;
    this.origin = this.timeOf(round);
    this.firstRound = round;
    this.currentPeriod = ideal;
  }
}
