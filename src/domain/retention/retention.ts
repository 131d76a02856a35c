import type { Pacer } from "../batching/pacer.js";
import { HEALING_TIME, RETENTION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Peer } from "../delta/peer.js";
import type { Identity } from "../identity/identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import { dotCount } from "../values/dot.js";
import type { JsonValue } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";

/** Limits for the values that are kept. A value is deleted if it exceeds either limit. */
export interface RetentionPolicy {
  /** Maximum age of a value, in ms. */
  readonly maxAge?: number;
  /** Maximum number of values; the latest ones are kept. */
  readonly maxCount?: number;
}

/** Groups of values that have limits of their own, instead of those of the node. They may come and go, and differ between members. */
export interface RetentionGroups {
  /** The limits of the value's group: one object per group; `undefined` if the value belongs to none. */
  limitsOf(value: JsonValue): RetentionPolicy | undefined;
  /** The limits of every group. */
  all(): Iterable<RetentionPolicy>;
}

/** All values have the limits of the node. */
export const NO_GROUPS: RetentionGroups = { limitsOf: () => undefined, all: () => [] };

interface RetentionDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly pacer: Pick<Pacer, "targets">;
  readonly options: {
    /** The limits of the node; none if absent. */
    readonly retain?: RetentionPolicy;
    readonly retentionGroups?: RetentionGroups;
  };
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

  private readonly policy: RetentionPolicy;
  private readonly groups: RetentionGroups;

  /** @param healingTime time after which a value has found its way around failed members, in ms */
  constructor(
    private readonly deps: RetentionDeps,
    private readonly healingTime = HEALING_TIME,
  ) {
    const { retain = {}, retentionGroups = NO_GROUPS } = deps.options;
    this.policy = retain;
    this.groups = retentionGroups;
  }

  /** New values have been stored, or limits have changed. */
  valuesArrived(): void {
    if (this.cancel !== undefined || this.closed || !this.hasWork) return;
    const maxAge = this.shortestAge();
    const pause = Math.min(Math.max(maxAge * RETENTION.ageSlack, RETENTION.shortestPause), RETENTION.longestPause);
    this.cancel = this.deps.clock.schedule(pause, () => this.sweep());
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
  }

  private get hasWork(): boolean {
    if (this.mayExceed(this.policy)) return true;
    for (const limits of this.groups.all()) if (this.mayExceed(limits)) return true;
    return false;
  }

  /** Whether values may exceed the limits, now or at a later time. */
  private mayExceed({ maxAge, maxCount }: RetentionPolicy): boolean {
    const { heldCount } = this.deps.values;
    return (maxAge !== undefined && heldCount > 0) || isOver(heldCount, maxCount);
  }

  private shortestAge(): number {
    return Math.min(...this.policies().map(({ maxAge = Number.POSITIVE_INFINITY }) => maxAge));
  }

  /** The limits of the node and of all groups. */
  private policies(): RetentionPolicy[] {
    return [this.policy, ...this.groups.all()];
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
      .map((member) => this.deps.peers.peek(member))
      .filter(({ isSuspect }) => !isSuspect);
    // A node that reaches no target may be the only one that has the values it accepted.
    return reachable.length === 0 && this.deps.identity.members.length > 1 ? undefined : reachable;
  }

  /** The values that exceed their limits and may be deleted. */
  private excess(): VersionVector {
    const healed = this.deps.clock.now() - this.healingTime;
    const bounds = this.bounds();
    const excess = new VersionVector();
    for (const { actor, number, value, acceptedAt } of this.deps.values.ages())
      if (acceptedAt < healed && acceptedAt < (bounds.get(this.limitsOf(value)) as number))
        excess.add([actor, number, 1]);
    return excess;
  }

  private limitsOf(value: JsonValue): RetentionPolicy {
    return this.groups.limitsOf(value) ?? this.policy;
  }

  /** For each limits the time before which a value must have been accepted to exceed them, by this node's clock, in ms. */
  private bounds(): ReadonlyMap<RetentionPolicy, number> {
    const { values, clock } = this.deps;
    const policies = this.policies();
    const times = new Map<RetentionPolicy, number[]>();
    for (const limits of policies) if (isOver(values.heldCount, limits.maxCount)) times.set(limits, []);
    if (times.size > 0)
      for (const { value, acceptedAt } of values.ages()) times.get(this.limitsOf(value))?.push(acceptedAt);
    const now = clock.now();
    return new Map(
      policies.map((limits) => {
        const { maxAge = Number.POSITIVE_INFINITY, maxCount = Number.POSITIVE_INFINITY } = limits;
        return [limits, Math.max(now - maxAge, acceptanceOfLatest(times.get(limits) ?? [], maxCount))];
      }),
    );
  }
}

/** Whether so many values exceed a maximum that a sweep is worth its time. */
function isOver(count: number, maxCount = Number.POSITIVE_INFINITY): boolean {
  return count > RETENTION.countSlack * maxCount;
}

/** The least of the `maxCount` latest times, or `-Infinity` if there are not many more. */
function acceptanceOfLatest(times: readonly number[], maxCount: number): number {
  if (!isOver(times.length, maxCount)) return Number.NEGATIVE_INFINITY;
  return Float64Array.from(times).sort()[times.length - maxCount] as number;
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
