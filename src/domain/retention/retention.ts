import type { Pacer } from "../batching/pacer.js";
import { HEALING_TIME, RETENTION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Peer } from "../delta/peer.js";
import type { Identity } from "../identity/identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import { dotCount } from "../values/dot.js";
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
    this.cancel = this.deps.clock.schedule(pause, () => this.sweep());
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
    const leaving = this.reachable === undefined ? new VersionVector() : this.excess();
    const count = dotCount([...leaving.ranges()]);
    this.delete(leaving, Math.max(RETENTION.leastPart, Math.ceil(count / RETENTION.mostParts)));
  }

  /**
   * Deletes the values part by part, with pauses in which the node sends and receives. Otherwise a sweep of a hundred thousand large
   * values would silence the node for seconds, and other members would take it for failed.
   * @param size number of values per part
   */
  private delete(leaving: VersionVector, size: number): void {
    this.cancel = undefined;
    // Since the part before, targets may have failed, returned or lost values.
    const { reachable } = this;
    if (reachable !== undefined) {
      const part = firstDots(leaving, size);
      leaving.subtract(part);
      for (const peer of reachable) keepWhatItLacks(part, peer);
      this.deps.values.compact([...part.ranges()]);
      if (!leaving.isEmpty) {
        this.cancel = this.deps.clock.schedule(RETENTION.partPause, () => this.delete(leaving, size));
        return;
      }
    }
    this.valuesArrived();
  }

  /** The targets that are no suspects; `undefined` if there are none, although this node is not the only member. */
  private get reachable(): readonly Peer[] | undefined {
    const reachable = this.deps.pacer
      .targets(undefined)
      .map((member) => this.deps.peers.of(member))
      .filter(({ isSuspect }) => !isSuspect);
    // A node that reaches no target may be the only one that has the values it accepted.
    return reachable.length === 0 && this.deps.identity.members.length > 1 ? undefined : reachable;
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

/** The first dots of a set, at most `count`. */
function firstDots(dots: VersionVector, count: number): VersionVector {
  const first = new VersionVector();
  let left = count;
  for (const [actor, start, length] of dots.ranges()) {
    if (left === 0) break;
    const taken = Math.min(length, left);
    first.add([actor, start, taken]);
    left -= taken;
  }
  return first;
}

function keepWhatItLacks(leaving: VersionVector, peer: Peer): void {
  leaving.subtract(peer.knowledge.lacking(leaving));
}
