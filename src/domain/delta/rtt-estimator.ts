import type { Clock } from "../ports/clock";
import type { MemberId } from "../ports/transport";
import { Samples } from "./samples";

/** Samples kept per neighbour, and over all neighbours together. */
const SAMPLES_PER_NEIGHBOUR = 32;
const SAMPLES_POOLED = 256;
/** From this many samples on, a neighbour's own ones speak for it. */
const ENOUGH_SAMPLES = 8;
/** The quantile that stands for "a round trip": a minimum or mean would be too short for most messages when latency is random. */
const TYPICAL_HIGH = 0.9;

/** A longer round trip, in ms, was not measured, but made up, or stretched by a machine that stood still. */
const LONGEST_ROUND_TRIP = 60_000;

/** A sample that is this many times what a round trip is known to take, and so much more (ms), is out of the ordinary. */
const EXTRAORDINARY_FACTOR = 3;
const EXTRAORDINARY_EXCESS = 300;
/** If nothing else is measured for this long, in ms, it is the network that has become slow, not a machine that stood still. */
const ADAPTATION_TIME = 1500;

/** Between these quantiles lies what a round trip usually takes. */
const TYPICAL_LOW = 0.1;
const MEDIAN = 0.5;
/** Where latency is random, rounds are planned with a round trip that next to none exceeds: an upcast that misses its round costs a wave. */
const PLANNED_HIGH = 0.93;
/** Latency is random if the quick half of the round trips is spread over more than this share of the median. */
const RANDOM_SHARE = 0.25;

/** How long messages take to a neighbour and back, as measured by the acknowledgements that ride along. All in ms. */
export class RttEstimator {
  private readonly own = new Map<MemberId, Samples>();
  private readonly pooled = new Samples(SAMPLES_POOLED);
  private hinted: number | undefined;
  private hintedSpread = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * Takes in a measured round trip; one that cannot be is left out, for it would count for all neighbours. So is what a
   * machine measures that stood still, or whose neighbour did: a handful of such samples would drown the others.
   */
  add(neighbour: MemberId, sample: number): void {
    if (!(sample <= LONGEST_ROUND_TRIP)) return;
    const roundTrip = Math.max(0, sample);
    let samples = this.own.get(neighbour);
    if (samples === undefined) {
      samples = new Samples(SAMPLES_PER_NEIGHBOUR);
      this.own.set(neighbour, samples);
    }
    if (this.isMishap(roundTrip, samples)) return;
    samples.add(roundTrip);
    this.pooled.add(roundTrip);
  }

  /** The member has left. */
  forget(member: MemberId): void {
    this.own.delete(member);
  }

  private isMishap(sample: number, samples: Samples): boolean {
    // The first sample of a neighbour is judged by the others': it may have waited in front of a machine that stood still.
    const known = samples.count > 0 ? samples : this.pooled;
    const usual = known.count === 0 ? sample : known.quantile(MEDIAN);
    if (sample <= EXTRAORDINARY_FACTOR * usual + EXTRAORDINARY_EXCESS) {
      samples.extraordinarySince = undefined;
      return false;
    }
    samples.extraordinarySince ??= this.clock.now();
    return this.clock.now() - samples.extraordinarySince < ADAPTATION_TIME;
  }

  /** What somebody else measured: used as long as this node knows nothing better. */
  hint(roundTrip: number, spread: number): void {
    this.hinted = roundTrip;
    this.hintedSpread = spread;
  }

  /** A high quantile of the round trips to one neighbour; `undefined` while nothing is known. */
  to(neighbour: MemberId): number | undefined {
    const samples = this.own.get(neighbour);
    if (samples === undefined || samples.count === 0) return this.overall();
    const measured = samples.quantile(TYPICAL_HIGH);
    // A few samples say little of the tail: who has measured more knows better.
    return samples.count >= ENOUGH_SAMPLES ? measured : Math.max(measured, this.hinted ?? 0);
  }

  /** A high quantile of the round trips to all neighbours; `undefined` while nothing is known. */
  overall(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(TYPICAL_HIGH);
  }

  /** The median round trip over one hop; `undefined` while nothing is known. */
  typical(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(MEDIAN);
  }

  /**
   * How far apart quick and slow round trips usually are where the network is random, in ms; 0 where it is not, and only the slow
   * half differs: then it is the machines that are late at times, which is what the guard is for.
   */
  spread(): number {
    if (this.pooled.count < ENOUGH_SAMPLES) return this.hintedSpread;
    const [low, median] = [this.pooled.quantile(TYPICAL_LOW), this.pooled.quantile(MEDIAN)];
    return median - low > RANDOM_SHARE * median ? this.pooled.quantile(TYPICAL_HIGH) - low : 0;
  }

  /** What rounds are planned with: the usual round trip where latency is constant, a high quantile where it is random. */
  planned(): number | undefined {
    if (this.spread() === 0) return this.typical();
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(PLANNED_HIGH);
  }

  /** The same for the way to one neighbour. */
  plannedTo(neighbour: MemberId): number | undefined {
    const samples = this.own.get(neighbour);
    if (samples === undefined || samples.count === 0) return this.planned();
    const measured = samples.quantile(this.spread() > 0 ? PLANNED_HIGH : MEDIAN);
    return samples.count >= ENOUGH_SAMPLES ? measured : Math.max(measured, this.hinted ?? 0);
  }
}
