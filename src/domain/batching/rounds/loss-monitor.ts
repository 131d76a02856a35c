import { ROUNDS } from "../../config.js";
import type { Clock } from "../../ports/clock.js";

/** Tracks lost messages and decides whether the network counts as lossy. */
export class LossMonitor {
  /** When losses were noticed, once per round, by this node's clock, in ms. */
  private losses: readonly number[] = [];
  /** When a loss was last noticed or suspected. */
  private troubledAt = Number.NEGATIVE_INFINITY;
  /** When the parent last reported losses. */
  private reportedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: { readonly clock: Clock }) {}

  /** A peer requests an acknowledgement that it should have, so messages may have been lost. */
  ackRequested(): void {
    this.troubledAt = this.deps.clock.now();
  }

  /**
   * A message to or from a peer was lost.
   * @param period length of a round, in ms; further losses within this time do not count
   */
  lossDetected(period: number): void {
    const now = this.deps.clock.now();
    this.troubledAt = now;
    if (now - (this.losses.at(-1) ?? Number.NEGATIVE_INFINITY) < period) return;
    this.losses = [...this.losses.filter((at) => now - at < ROUNDS.lossMemory), now];
  }

  /** The parent reports that messages get lost. */
  lossReported(): void {
    this.reportedAt = this.deps.clock.now();
  }

  /** Whether no loss has been noticed or suspected recently. */
  get isCalm(): boolean {
    return !this.isLossy && this.troubledAt < this.deps.clock.now() - ROUNDS.lossMemory;
  }

  /** Whether many messages get lost. A paused machine causes similar symptoms, but in one round only. */
  get isLossy(): boolean {
    return this.reportedAt > this.deps.clock.now() - ROUNDS.lossMemory || this.recentLosses >= ROUNDS.lossyRounds;
  }

  /** Whether at least one loss has been noticed recently. */
  get hasRecentLoss(): boolean {
    return this.isLossy || this.recentLosses > 0;
  }

  private get recentLosses(): number {
    return this.losses.filter((at) => at > this.deps.clock.now() - ROUNDS.lossMemory).length;
  }
}
