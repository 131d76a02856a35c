import { RETENTION } from "../config.js";
import type { DeltaTracker, Peer } from "../delta/delta-tracker.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";

/** What is kept. Where both are given, what either of them lets go of goes. */
export interface RetentionPolicy {
  /** Values accepted longer ago than this go, in ms. */
  readonly maxAge?: number;
  /** Only so many of the latest values stay. */
  readonly maxCount?: number;
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
    private readonly identity: Identity,
    private readonly clock: Clock,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    private readonly neighbours: () => readonly MemberId[],
    private readonly policy: RetentionPolicy,
    private readonly healingTime: number,
  ) {}

  /** Values have come. */
  valuesArrived(): void {
    if (this.cancel !== undefined || this.closed || !this.hasWork) return;
    const { maxAge = Number.POSITIVE_INFINITY } = this.policy;
    const pause = Math.min(Math.max(maxAge * RETENTION.ageSlack, RETENTION.shortestPause), RETENTION.longestPause);
    this.cancel = this.clock.schedule(pause, () => {
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
    const { maxAge, maxCount } = this.policy;
    return (
      (maxAge !== undefined && this.log.heldCount > 0) ||
      this.log.heldCount > RETENTION.countSlack * (maxCount ?? Infinity)
    );
  }

  private sweep(): void {
    const answering = this.neighbours()
      .map((neighbour) => this.tracker.of(neighbour))
      .filter(({ isSilent }) => !isSilent);
    // Who reaches nobody may be the only one that has what it accepted.
    if (answering.length === 0 && this.identity.members.length > 1) return;
    const leaving = this.excess();
    for (const state of answering) keepWhatItLacks(leaving, state);
    this.log.compact([...leaving.runs()]);
  }

  /** What the policy lets go of. */
  private excess(): VersionVector {
    const { maxAge = Number.POSITIVE_INFINITY, maxCount } = this.policy;
    const now = this.clock.now();
    const healed = now - this.healingTime;
    const excess = new VersionVector();
    const isOver = maxCount !== undefined && this.log.heldCount > RETENTION.countSlack * maxCount;
    const latest = isOver ? this.acceptanceOfLatest(maxCount) : Number.NEGATIVE_INFINITY;
    for (const { author, number, acceptedAt } of this.log.ages())
      if (acceptedAt < healed && (acceptedAt < now - maxAge || acceptedAt < latest)) excess.add([author, number, 1]);
    return excess;
  }

  /** When the first of the latest `count` values was accepted, by this node's clock, in ms. */
  private acceptanceOfLatest(count: number): number {
    const times = Float64Array.from(this.log.ages(), ({ acceptedAt }) => acceptedAt).sort();
    return times[times.length - count] ?? Number.NEGATIVE_INFINITY;
  }
}

function keepWhatItLacks(leaving: VersionVector, state: Peer): void {
  for (const run of state.lacking(leaving)) leaving.remove(run);
}
