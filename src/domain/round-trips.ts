import type { MemberId } from "./ports/transport.js";

/** Samples kept per neighbour, and over all neighbours together. */
const SAMPLES_PER_NEIGHBOUR = 32;
const SAMPLES_POOLED = 256;
/** From this many samples on, a neighbour's own ones speak for it. */
const ENOUGH_SAMPLES = 8;
/** The quantile that stands for "a round trip": a minimum or mean would be too short for most messages when latency is random. */
const TYPICAL_HIGH = 0.9;

/** A longer round trip, in ms, was not measured, but made up, or stretched by a machine that stood still. */
const LONGEST_ROUND_TRIP = 60_000;

/** Between these quantiles lies what a round trip usually takes. */
const TYPICAL_LOW = 0.1;
const MEDIAN = 0.5;

/** How long messages take to a neighbour and back, as measured by the acknowledgements that ride along. All in ms. */
export class RoundTrips {
  private readonly own = new Map<MemberId, Samples>();
  private readonly pooled = new Samples(SAMPLES_POOLED);
  private hinted: number | undefined;
  private hintedSpread = 0;

  /** Takes in a measured round trip; one that cannot be is left out, for it would count for all neighbours. */
  add(neighbour: MemberId, sample: number): void {
    if (!(sample <= LONGEST_ROUND_TRIP)) return;
    const roundTrip = Math.max(0, sample);
    let samples = this.own.get(neighbour);
    if (samples === undefined) {
      samples = new Samples(SAMPLES_PER_NEIGHBOUR);
      this.own.set(neighbour, samples);
    }
    samples.add(roundTrip);
    this.pooled.add(roundTrip);
  }

  /** What somebody else measured: used as long as this node knows nothing better. */
  hint(roundTrip: number, spread: number): void {
    this.hinted = roundTrip;
    this.hintedSpread = spread;
  }

  /** A high quantile of the round trips to one neighbour; `undefined` while nothing is known. */
  to(neighbour: MemberId): number | undefined {
    const samples = this.own.get(neighbour);
    if (samples === undefined) return this.overall();
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

  /** How far apart quick and slow round trips usually are: next to nothing where latency is constant. */
  spread(): number {
    return this.pooled.count < ENOUGH_SAMPLES
      ? this.hintedSpread
      : this.pooled.quantile(TYPICAL_HIGH) - this.pooled.quantile(TYPICAL_LOW);
  }
}

/** The latest samples, with quantiles that are worked out only when somebody asks and something has changed. */
class Samples {
  private readonly latest: number[] = [];
  private sorted: number[] | undefined;

  /** @param most how many samples are kept */
  constructor(private readonly most: number) {}

  get count(): number {
    return this.latest.length;
  }

  add(sample: number): void {
    this.latest.push(sample);
    if (this.latest.length > this.most) this.latest.shift();
    this.sorted = undefined;
  }

  /** The element at floor(n·q) of the sorted samples. */
  quantile(q: number): number {
    this.sorted ??= this.latest.toSorted((a, b) => a - b);
    return this.sorted[Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * q))] as number;
  }
}
