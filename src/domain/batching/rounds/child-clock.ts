import { ROUNDS } from "../../config.js";
import type { RoundSchedule } from "../../messages.js";

/**
 * A child's picture of its parent's rounds, by the child's own clock (ms): no clock is synchronised, only what the downcasts
 * say and when they came is used. The earliest arrival among the last few counts: the others were held up on their way.
 */
export class ChildClock {
  /** Arrival of downcast 0, had there been one, as each of the last downcasts implies. */
  private phases: number[] = [];
  /** The same for the latest arrival of upcasts at the parent. */
  private lead = 0;
  /** The round that was announced last, and when. */
  private lastRound = 0;
  private learnedAt = 0;
  private currentPeriod = 0;

  /** Is anything known of the rounds? */
  get isKnown(): boolean {
    return this.phases.length > 0;
  }

  get period(): number {
    return this.currentPeriod;
  }

  /**
   * Learns from a notice that came at `now`.
   * @returns how much later than the quickest of the last downcasts this one came, in ms
   */
  learn(notice: RoundSchedule, now: number): number {
    const behind = this.lastRound - notice.round;
    // A notice that was overtaken on its way says nothing new; one from far behind is of rounds that have begun anew.
    if (behind > 0 && behind <= ROUNDS.overtakenRounds) return 0;
    if (notice.period !== this.currentPeriod || behind > 0) this.phases = [];
    this.currentPeriod = notice.period;
    this.lastRound = notice.round;
    this.learnedAt = now;
    this.lead = notice.next - notice.upcastBy;
    const phase = now + notice.next - notice.round * notice.period;
    this.phases.push(phase);
    if (this.phases.length > ROUNDS.phaseSamples) this.phases.shift();
    return phase - this.phase;
  }

  /** When the first regular downcast after `time` arrives here. */
  downcastAfter(time: number): number {
    return this.arrivalOf(this.roundAfter(time));
  }

  /** The number of the first regular downcast after `time`. */
  roundAfter(time: number): number {
    const round = Math.floor((time - this.phase) / this.currentPeriod) + 1;
    // A new period counts from the announced downcast on: until that there is none.
    return time < this.learnedAt ? round : Math.max(this.lastRound, round);
  }

  /** When a regular downcast arrives here. */
  arrivalOf(round: number): number {
    return this.phase + round * this.currentPeriod;
  }

  /**
   * The first time after `time` at which an upcast should leave, to be at the parent in time.
   * @param travel time for the way down and up and a guard, in ms: the phase is that of downcasts that have arrived
   */
  upcastAfter(time: number, travel: number): number {
    const ahead = travel + this.lead;
    return this.downcastAfter(time + ahead) - ahead;
  }

  /** When the upcasts for a round have to leave. @param travel as for `upcastAfter` */
  upcastOf(round: number, travel: number): number {
    return this.arrivalOf(round) - travel - this.lead;
  }

  /** The round that an upcast which leaves at `time` is for. @param travel as for `upcastAfter` */
  roundOfUpcast(time: number, travel: number): number {
    return this.roundAfter(time + travel + this.lead - 1);
  }

  private get phase(): number {
    return Math.min(...this.phases);
  }
}
