import { RTT } from "../config.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { DeltaTracker } from "./delta-tracker.js";
import { Samples } from "./samples.js";
import { Slot } from "./slot.js";

const SAMPLES = new Slot(() => new Samples(RTT.samplesPerPeer));

/** How long messages take to a neighbour and back, as measured by the acknowledgements that ride along. All in ms. */
export class RttEstimator {
  private readonly pooled = new Samples(RTT.pooledSamples);
  private hinted: number | undefined;
  private hintedSpread = 0;

  constructor(private readonly deps: { readonly clock: Clock; readonly peers: DeltaTracker }) {}

  /**
   * Takes in a measured round trip; one that cannot be is left out, for it would count for all neighbours. So is what a
   * machine measures that stood still, or whose neighbour did: a handful of such samples would drown the others.
   */
  add(neighbour: MemberId, sample: number): void {
    if (!(sample <= RTT.longest)) return;
    const roundTrip = Math.max(0, sample);
    const samples = this.deps.peers.of(neighbour).slots.of(SAMPLES);
    if (this.isMishap(roundTrip, samples)) return;
    samples.add(roundTrip);
    this.pooled.add(roundTrip);
  }

  private isMishap(sample: number, samples: Samples): boolean {
    // The first sample of a neighbour is compared with those of the others, or with the hint: a machine may have stood still.
    const usual = samples.count > 0 ? samples.quantile(RTT.median) : (this.typical() ?? sample);
    if (sample <= RTT.outlierFactor * usual + RTT.outlierExcess) {
      samples.extraordinarySince = undefined;
      return false;
    }
    samples.extraordinarySince ??= this.deps.clock.now();
    return this.deps.clock.now() - samples.extraordinarySince < RTT.adaptationTime;
  }

  /** What somebody else measured: used as long as this node knows nothing better. */
  hint(roundTrip: number, spread: number): void {
    this.hinted = roundTrip;
    this.hintedSpread = spread;
  }

  /** A high quantile of the round trips to one neighbour; `undefined` while nothing is known. */
  to(neighbour: MemberId): number | undefined {
    const samples = this.deps.peers.of(neighbour).slots.find(SAMPLES);
    if (samples === undefined || samples.count === 0) return this.overall();
    const measured = samples.quantile(RTT.highQuantile);
    // A few samples say little of the tail: who has measured more knows better.
    return samples.count >= RTT.enoughSamples ? measured : Math.max(measured, this.hinted ?? 0);
  }

  /** A high quantile of the round trips to all neighbours; `undefined` while nothing is known. */
  overall(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.highQuantile);
  }

  /** The median round trip over one hop; `undefined` while nothing is known. */
  typical(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.median);
  }

  /**
   * How far apart quick and slow round trips usually are where the network is random, in ms; 0 where it is not, and only the slow
   * half differs: then it is the machines that are late at times, which is what the guard is for.
   */
  spread(): number {
    if (this.pooled.count < RTT.enoughSamples) return this.hintedSpread;
    const [low, median] = [this.pooled.quantile(RTT.lowQuantile), this.pooled.quantile(RTT.median)];
    return median - low > RTT.randomShare * median ? this.pooled.quantile(RTT.highQuantile) - low : 0;
  }

  /** What rounds are planned with: the usual round trip where latency is constant, a high quantile where it is random. */
  planned(): number | undefined {
    if (this.spread() === 0) return this.typical();
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.plannedQuantile);
  }

  /** The same for the way to one neighbour. */
  plannedTo(neighbour: MemberId): number | undefined {
    const samples = this.deps.peers.of(neighbour).slots.find(SAMPLES);
    if (samples === undefined || samples.count === 0) return this.planned();
    const measured = samples.quantile(this.spread() > 0 ? RTT.plannedQuantile : RTT.median);
    return samples.count >= RTT.enoughSamples ? measured : Math.max(measured, this.hinted ?? 0);
  }
}
