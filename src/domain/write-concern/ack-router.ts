import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import { NETWORK, WRITE_CONCERN } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import type { Identity } from "../identity.js";
import type { AckQuery } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { TreePosition } from "../tree/tree-builder.js";
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

/** Who can be asked who has a value, how, and by when the answer should come: as the rhythm and the tree of now have it. */
export class AckRouter implements Router {
  constructor(
    private readonly deps: AckRouterDeps,
    /** After how many ms a value that a client waits for should be known to be everywhere. */
    readonly expectedTime: number,
  ) {}

  /** Those to whom this node passes on a value that it has from `from` (`undefined`: from a client), in the order in which they are asked. */
  targets(from: MemberId | undefined): readonly MemberId[] {
    const audience = new Set(this.deps.pacer.targets(from));
    return this.inTurn().filter((member) => audience.has(member) && !this.isSilent(member));
  }

  /** Every other member, those that do not answer last. */
  everyone(): readonly MemberId[] {
    const others = this.inTurn();
    return [...others.filter((member) => !this.isSilent(member)), ...others.filter((member) => this.isSilent(member))];
  }

  /** Is the member above this one in the tree, or below? What it asks for goes on to the others there. */
  isBeside(member: MemberId): boolean {
    return member === this.deps.overlay.parent || this.deps.overlay.children.includes(member);
  }

  /** Will the value leave for the neighbour yet? Then a question about it can ride along. */
  isToLeave(neighbour: MemberId, dot: DotRange): boolean {
    return this.deps.peers.of(neighbour).delta(VersionVector.of([dot])).length > 0;
  }

  /** Asks a member, now, and by a message of its own. `dots` are sent along, in case it lacks them. */
  sendQuery(member: MemberId, question: AckQuery, dots: readonly DotRange[] = []): void {
    this.deps.batcher.sendQuery(member, question, dots);
  }

  /** Sends the member what `Passengers` has for it, now. */
  sendReplies(member: MemberId): void {
    this.deps.batcher.sendReplies(member);
  }

  /** When a message leaves for the member next, if nothing goes wrong, by this node's clock, in ms; `undefined` if nobody can tell. */
  nextDeparture(member: MemberId): number | undefined {
    if (this.deps.pacer.isDirect) return undefined;
    const oldest = this.deps.clock.now();
    return this.deps.pacer.departure(member, { oldest, count: 1, owedSince: undefined, dryRun: true });
  }

  /** How long the answer of a neighbour may take, in ms; one that is above this node waits for others, nobody can tell how long. */
  patience(neighbour: MemberId): number {
    if (neighbour === this.deps.overlay.parent) return Number.POSITIVE_INFINITY;
    const levels = this.deps.pacer.isDirect ? 1 : Math.max(1, this.deps.overlay.heightBelow);
    return levels * WRITE_CONCERN.patienceFactor * this.deps.pacer.answerTime(neighbour) + WRITE_CONCERN.patienceSlack;
  }

  /** After how many ms a question that was not answered may be asked again. */
  get searchPause(): number {
    const roundTrip = this.deps.rtt.overall() ?? NETWORK.assumedRoundTrip;
    return Math.min(WRITE_CONCERN.patienceFactor * roundTrip, WRITE_CONCERN.longestPause);
  }

  /** Each member begins with the next one: so not everybody asks the same. */
  private inTurn(): readonly MemberId[] {
    const { members, self } = this.deps.identity;
    const own = members.indexOf(self);
    return [...members.slice(own + 1), ...members.slice(0, Math.max(0, own))];
  }

  private isSilent(member: MemberId): boolean {
    return this.deps.peers.isSuspect(member);
  }
}
