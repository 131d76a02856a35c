import type { Pacer } from "../batching/pacer.js";
import { HEALING_TIME, RETENTION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Peer } from "../delta/peer.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";

/** Limits for the values that are kept. A value is deleted if it exceeds either limit. */
export interface RetentionPolicy {
  /** Maximum age of a value, in ms. */
  readonly maxAge?: number;
  /** Maximum number of values; the latest ones are kept. */
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
 * Deletes old values, so that a node can run for months. A value is deleted only once every reachable target is known
 * to have it, and never while no target is reachable. So each hop of the tree keeps a value until the next one has it.
 * In any case a value is kept for the time that the cluster needs to heal, in case a member fails before it has passed
 * the value on.
 */
export class Retention {
  private cancel: CancelTask | undefined;
  private closed = false;

  /** @param healingTime time after which a value has found its way around failed members, in ms */
  constructor(
    private readonly deps: RetentionDeps,
    private readonly healingTime = HEALING_TIME,
  ) {}

  /** New values have been stored. */
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
    const reachable = this.deps.pacer
      .targets(undefined)
      .map((member) => this.deps.peers.of(member))
      .filter(({ isSuspect }) => !isSuspect);
    // A node that reaches no target may be the only one that has the values it accepted.
    if (reachable.length === 0 && this.deps.identity.members.length > 1) return;
    const leaving = this.excess();
    for (const peer of reachable) keepWhatItLacks(leaving, peer);
    this.deps.values.compact([...leaving.ranges()]);
  }

  /** The values that exceed the policy and may be deleted. */
  private excess(): VersionVector {
    const { maxAge = Number.POSITIVE_INFINITY, maxCount } = this.deps.policy;
    const now = this.deps.clock.now();
    const healed = now - this.healingTime;
    const excess = new VersionVector();
    const isOver = maxCount !== undefined && this.deps.values.heldCount > RETENTION.countSlack * maxCount;
    const latest = isOver ? this.acceptanceOfLatest(maxCount) : Number.NEGATIVE_INFINITY;
    for (const { actor, number, acceptedAt } of this.deps.values.ages())
      if (acceptedAt < healed && (acceptedAt < now - maxAge || acceptedAt < latest)) excess.add([actor, number, 1]);
    return excess;
  }

  /** When the oldest of the latest `count` values was accepted, by this node's clock, in ms. */
  private acceptanceOfLatest(count: number): number {
    const times = Float64Array.from(this.deps.values.ages(), ({ acceptedAt }) => acceptedAt).sort();
    return times[times.length - count] ?? Number.NEGATIVE_INFINITY;
  }
}

function keepWhatItLacks(leaving: VersionVector, peer: Peer): void {
  leaving.subtract(peer.knowledge.lacking(leaving));
}
