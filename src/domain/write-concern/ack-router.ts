import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import { NETWORK, WRITE_CONCERN } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import type { Identity } from "../identity/identity.js";
import type { AckQuery } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { type TreePosition, treeNeighbours } from "../tree/tree-builder.js";
import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";
import type { Router } from "./router.js";

interface AckRouterDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly peers: DeltaTracker;
  readonly batcher: Batcher;
  readonly pacer: Pacer;
  readonly overlay: TreePosition;
  readonly rtt: RttEstimator;
}

/** Chooses the members that can be queried about a value, and estimates when they reply, from the present tree and pacer. */
export class AckRouter implements Router {
  readonly expectedTime: number;

  /** @param deliveryTime target time until a value is on every member, in ms */
  constructor(
    private readonly deps: AckRouterDeps,
    deliveryTime: number,
  ) {
    this.expectedTime = deliveryTime + WRITE_CONCERN.replyTime;
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    const targets = new Set(this.deps.pacer.targets(from));
    return this.inTurn().filter((member) => targets.has(member) && !this.isSuspect(member));
  }

  everyone(): readonly MemberId[] {
    const others = this.inTurn();
    return [
      ...others.filter((member) => !this.isSuspect(member)),
      ...others.filter((member) => this.isSuspect(member)),
    ];
  }

  isTreeNeighbour(member: MemberId): boolean {
    return treeNeighbours(this.deps.overlay).includes(member);
  }

  isToLeave(member: MemberId, dot: DotRange): boolean {
    return this.deps.peers.delta(member, VersionVector.of([dot])).length > 0;
  }

  sendQuery(member: MemberId, query: AckQuery, dots: readonly DotRange[] = []): void {
    this.deps.batcher.sendQuery(member, query, dots);
  }

  sendReplies(member: MemberId): void {
    this.deps.batcher.sendReplies(member);
  }

  nextDeparture(member: MemberId): number | undefined {
    if (this.deps.pacer.isDirect) return undefined;
    const oldest = this.deps.clock.now();
    return this.deps.pacer.departure(member, { oldest, count: 1, owedSince: undefined, dryRun: true });
  }

  /** How long the reply of a member may take, in ms. The parent waits for other members, so its time is unknown. */
  patience(member: MemberId): number {
    if (member === this.deps.overlay.parent) return Number.POSITIVE_INFINITY;
    const levels = this.deps.pacer.isDirect ? 1 : Math.max(1, this.deps.overlay.heightBelow);
    return levels * WRITE_CONCERN.patienceFactor * this.deps.pacer.answerTime(member) + WRITE_CONCERN.patienceSlack;
  }

  get searchPause(): number {
    const roundTrip = this.deps.rtt.overall() ?? NETWORK.assumedRoundTrip;
    return Math.min(WRITE_CONCERN.patienceFactor * roundTrip, WRITE_CONCERN.longestPause);
  }

  /** Each member starts with the next one, so that members do not all query the same. */
  private inTurn(): readonly MemberId[] {
    const { members, self } = this.deps.identity;
    const own = members.indexOf(self);
    return [...members.slice(own + 1), ...members.slice(0, Math.max(0, own))];
  }

  private isSuspect(member: MemberId): boolean {
    return this.deps.peers.isSuspect(member);
  }
}
