import type { Pacer } from "../batching/pacer.js";
import { HEALING_TIME, RETENTION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Peer } from "../delta/peer.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";

/** What is kept. Where both are given, what either of them lets go of goes. */
export interface RetentionPolicy {
  /** Values accepted longer ago than this go, in ms. */
  readonly maxAge?: number;
  /** Only so many of the latest values stay. */
  readonly maxCount?: number;
}

interface RetentionDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly pacer: Pick<Pacer, "targets">;
  readonly policy: RetentionPolicy;
}

/**
 * Lets go of old values, so that a node can run for months. Not before everyone has them, as far as that can be known: a
 * value stays for as long as a neighbour that answers is not known to have it (which holds it on its way through the tree,
 * hop by hop) and while nobody answers at all, and in any case for the time in which the cluster heals, should a member die that was to pass it on.
 */
export class Retention {
  private cancel: CancelTask | undefined;
  private closed = false;

  /**
   * @param neighbours those that this node passes values on to
   * @param healingTime within this time of its acceptance a value has found its way around failed members, in ms
   */
  constructor(
    private readonly deps: RetentionDeps,
    private readonly healingTime = HEALING_TIME,
  ) {}

  /** Values have come. */
  valuesArrived(): void {
    if (this.cancel !== undefined || this.closed || !this.hasWork) return;
    const { maxAge = Number.POSITIVE_INFINITY } = this.deps.policy;
    const pause = Math.min(Math.max(maxAge * RETENTION.ageSlack, RETENTION.shortestPause), RETENTION.longestPause);
    this.cancel = this.deps.clock.schedule(pause, () => {
      this.cancel = undefined;
      this.sweep();
      this.valuesArrived();
    });
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
  }

  private get hasWork(): boolean {
    const { maxAge, maxCount } = this.deps.policy;
    return (
      (maxAge !== undefined && this.deps.values.heldCount > 0) ||
      this.deps.values.heldCount > RETENTION.countSlack * (maxCount ?? Infinity)
    );
  }

  private sweep(): void {
    const answering = this.deps.pacer
      .targets(undefined)
      .map((neighbour) => this.deps.peers.of(neighbour))
      .filter(({ isSuspect }) => !isSuspect);
    // Who reaches nobody may be the only one that has what it accepted.
    if (answering.length === 0 && this.deps.identity.members.length > 1) return;
    const leaving = this.excess();
    for (const state of answering) keepWhatItLacks(leaving, state);
    this.deps.values.compact([...leaving.runs()]);
  }

  /** What the policy lets go of. */
  private excess(): VersionVector {
    const { maxAge = Number.POSITIVE_INFINITY, maxCount } = this.deps.policy;
    const now = this.deps.clock.now();
    const healed = now - this.healingTime;
    const excess = new VersionVector();
    const isOver = maxCount !== undefined && this.deps.values.heldCount > RETENTION.countSlack * maxCount;
    const latest = isOver ? this.acceptanceOfLatest(maxCount) : Number.NEGATIVE_INFINITY;
    for (const { author, number, acceptedAt } of this.deps.values.ages())
      if (acceptedAt < healed && (acceptedAt < now - maxAge || acceptedAt < latest)) excess.add([author, number, 1]);
    return excess;
  }

  /** When the first of the latest `count` values was accepted, by this node's clock, in ms. */
  private acceptanceOfLatest(count: number): number {
    const times = Float64Array.from(this.deps.values.ages(), ({ acceptedAt }) => acceptedAt).sort();
    return times[times.length - count] ?? Number.NEGATIVE_INFINITY;
  }
}

function keepWhatItLacks(leaving: VersionVector, peer: Peer): void {
  for (const run of peer.knowledge.lacking(leaving)) leaving.remove(run);
}
