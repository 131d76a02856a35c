import { RTT } from "../config.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { DeltaTracker } from "./delta-tracker.js";
import { Samples } from "./samples.js";
import { Slot } from "./slot.js";

const SAMPLES = new Slot(() => new Samples(RTT.samplesPerPeer));

/** Estimates round trips over one hop from acknowledgements and probes. All times are in ms. */
export class RttEstimator {
  private readonly pooled = new Samples(RTT.pooledSamples);
  private hinted: number | undefined;
  private hintedSpread = 0;
  /** The latest result of `planned`, until a sample or a hint comes: rounds are planned far more often. */
  private lastPlanned: { readonly roundTrip: number | undefined } | undefined;

  constructor(private readonly deps: { readonly clock: Clock; readonly peers: DeltaTracker }) {}

  /**
   * Adds a measured round trip. Implausible samples are ignored, because the pool is shared by all peers. So are
   * outliers: a few samples from a paused machine would distort all estimates.
   */
  add(member: MemberId, sample: number): void {
    if (!(sample <= RTT.longest)) return;
    const roundTrip = Math.max(0, sample);
    const samples = this.deps.peers.of(member).slots.of(SAMPLES);
    if (this.isOutlier(roundTrip, samples)) return;
    samples.add(roundTrip);
    this.pooled.add(roundTrip);
    this.lastPlanned = undefined;
  }

  private isOutlier(sample: number, samples: Samples): boolean {
    // The first sample of a peer is compared with those of other peers, or with the hint, since the machine may have been paused.
    const usual = samples.count > 0 ? samples.quantile(RTT.median) : (this.typical() ?? sample);
    if (sample <= RTT.outlierFactor * usual + RTT.outlierExcess) {
      samples.outliersSince = undefined;
      return false;
    }
    samples.outliersSince ??= this.deps.clock.now();
    return this.deps.clock.now() - samples.outliersSince < RTT.adaptationTime;
  }

  /** Takes over the estimate of another member, which is used until this node has its own samples. */
  hint(roundTrip: number, spread: number): void {
    this.hinted = roundTrip;
    this.hintedSpread = spread;
    this.lastPlanned = undefined;
  }

  /** A high quantile of the round trips to one peer; `undefined` while unknown. */
  to(member: MemberId): number | undefined {
    const samples = this.deps.peers.state(member, SAMPLES);
    if (samples === undefined || samples.count === 0) return this.overall();
    const measured = samples.quantile(RTT.highQuantile);
    // A few samples say little about the tail. The member that gave the hint has measured more.
    return samples.count >= RTT.enoughSamples ? measured : Math.max(measured, this.hinted ?? 0);
  }

  /** A high quantile of the round trips that were measured to one peer; `undefined` if none was. */
  measuredTo(member: MemberId): number | undefined {
    const samples = this.deps.peers.state(member, SAMPLES);
    return samples === undefined || samples.count === 0 ? undefined : samples.quantile(RTT.highQuantile);
  }

  /** A high quantile of the round trips to all peers; `undefined` while unknown. */
  overall(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.highQuantile);
  }

  /** The median round trip over one hop; `undefined` while unknown. */
  typical(): number | undefined {
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.median);
  }

  /**
   * Difference between slow and fast round trips, in ms, if the network's latency is random. Otherwise 0: if only the
   * slow half differs, the machines are late at times, and the guard covers that.
   */
  spread(): number {
    if (this.pooled.count < RTT.enoughSamples) return this.hintedSpread;
    const [low, median] = [this.pooled.quantile(RTT.lowQuantile), this.pooled.quantile(RTT.median)];
    return median - low > RTT.randomShare * median ? this.pooled.quantile(RTT.highQuantile) - low : 0;
  }

  /** The round trip that rounds are planned with: the median if latency is constant, a high quantile if it is random. */
  planned(): number | undefined {
    this.lastPlanned ??= { roundTrip: this.plan() };
    return this.lastPlanned.roundTrip;
  }

  private plan(): number | undefined {
    if (this.spread() === 0) return this.typical();
    return this.pooled.count === 0 ? this.hinted : this.pooled.quantile(RTT.plannedQuantile);
  }

  /** The same for one peer. */
  plannedTo(member: MemberId): number | undefined {
    const samples = this.deps.peers.state(member, SAMPLES);
    if (samples === undefined || samples.count === 0) return this.planned();
    const measured = samples.quantile(this.spread() > 0 ? RTT.plannedQuantile : RTT.median);
    return samples.count >= RTT.enoughSamples ? measured : Math.max(measured, this.hinted ?? 0);
  }
}
