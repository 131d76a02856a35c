import { ROUNDS } from "../../config.js";
import type { RoundSchedule } from "../../messages.js";

/**
 * Estimates the parent's rounds by the child's own clock, in ms. No clocks are synchronised: the estimate uses only the
 * schedules in downcasts and their arrival times. The earliest arrival of the last few downcasts counts, since the
 * others were delayed.
 */
export class ChildClock {
  /** The arrival time of a hypothetical downcast 0, as implied by each of the last downcasts. */
  private phases: number[] = [];
  /** How long before a downcast the upcasts of its round have to arrive at the parent. */
  private lead = 0;
  /** The last announced round, and when the announcement arrived. */
  private lastRound = 0;
  private learnedAt = 0;
  private currentPeriod = 0;

  /** Whether a schedule has arrived. */
  get isKnown(): boolean {
    return this.phases.length > 0;
  }

  get period(): number {
    return this.currentPeriod;
  }

  /**
   * Learns from a schedule that arrived at `now`.
   * @returns how much later than the fastest of the last downcasts this one arrived, in ms
   */
  learn(schedule: RoundSchedule, now: number): number {
    const behind = this.lastRound - schedule.round;
    // A schedule that was overtaken adds nothing. A schedule from further behind belongs to rounds that have restarted.
    if (behind > 0 && behind <= ROUNDS.overtakenRounds) return 0;
    if (schedule.period !== this.currentPeriod || behind > 0) this.phases = [];
    this.currentPeriod = schedule.period;
    this.lastRound = schedule.round;
    this.learnedAt = now;
    this.lead = schedule.next - schedule.upcastBy;
    const phase = now + schedule.next - schedule.round * schedule.period;
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
    // A new period counts from the announced downcast on. There is no downcast before that one.
    return time < this.learnedAt ? round : Math.max(this.lastRound, round);
  }

  /** When a regular downcast arrives here. */
  arrivalOf(round: number): number {
    return this.phase + round * this.currentPeriod;
  }

  /**
   * The first departure time after `time` at which an upcast reaches the parent in time.
   * @param travel time for a downcast, an upcast and a guard, in ms; needed because the phase is that of downcasts on
   * arrival
   */
  upcastAfter(time: number, travel: number): number {
    const ahead = travel + this.lead;
    return this.downcastAfter(time + ahead) - ahead;
  }

  /**
   * When the upcasts for a round have to leave.
   * @param travel see `upcastAfter`
   */
  upcastOf(round: number, travel: number): number {
    return this.arrivalOf(round) - travel - this.lead;
  }

  /**
   * The round of an upcast that leaves at `time`.
   * @param travel see `upcastAfter`
   */
  roundOfUpcast(time: number, travel: number): number {
    return this.roundAfter(time + travel + this.lead - 1);
  }

  private get phase(): number {
    return Math.min(...this.phases);
  }
}
