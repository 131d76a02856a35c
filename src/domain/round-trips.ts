import type { MemberId } from "./ports/transport.js";

/** Samples kept per neighbour, and over all neighbours together. */
const SAMPLES_PER_NEIGHBOUR = 32;
const SAMPLES_POOLED = 256;
/** From this many samples on, a neighbour's own ones speak for it. */
const ENOUGH_SAMPLES = 8;
/** The quantile that stands for "a round trip": a minimum or mean would be too short for most messages when latency is random. */
const TYPICAL_HIGH = 0.9;

/** How long messages take to a neighbour and back, as measured by the acknowledgements that ride along. All in ms. */
export class RoundTrips {
  private readonly own = new Map<MemberId, number[]>();
  private readonly pooled: number[] = [];
  private hinted: number | undefined;

  add(neighbour: MemberId, sample: number): void {
    const roundTrip = Math.max(0, sample);
    let samples = this.own.get(neighbour);
    if (samples === undefined) {
      samples = [];
      this.own.set(neighbour, samples);
    }
    keep(samples, roundTrip, SAMPLES_PER_NEIGHBOUR);
    keep(this.pooled, roundTrip, SAMPLES_POOLED);
  }

  /** What somebody else measured: used as long as this node knows nothing better. */
  hint(roundTrip: number): void {
    this.hinted = roundTrip;
  }

  /** A high quantile of the round trips to one neighbour; `undefined` while nothing is known. */
  to(neighbour: MemberId): number | undefined {
    const samples = this.own.get(neighbour);
    if (samples === undefined || samples.length === 0) return this.overall();
    const measured = quantile(samples, TYPICAL_HIGH);
    // A few samples say little of the tail: who has measured more knows better.
    return samples.length >= ENOUGH_SAMPLES ? measured : Math.max(measured, this.hinted ?? 0);
  }

  /** A high quantile of the round trips to all neighbours; `undefined` while nothing is known. */
  overall(): number | undefined {
    return this.pooled.length === 0 ? this.hinted : quantile(this.pooled, TYPICAL_HIGH);
  }
}

function keep(samples: number[], sample: number, most: number): void {
  samples.push(sample);
  if (samples.length > most) samples.shift();
}

/** The element at floor(n·q) of the sorted samples. */
function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number;
}
