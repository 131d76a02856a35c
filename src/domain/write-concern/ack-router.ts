import type { Batcher } from "../batching/batcher";
import type { Pacer } from "../batching/pacer";
import type { DeltaTracker } from "../delta/delta-tracker";
import type { RttEstimator } from "../delta/rtt-estimator";
import type { Identity } from "../identity";
import type { AckQuery } from "../messages";
import type { Clock } from "../ports/clock";
import type { MemberId } from "../ports/transport";
import type { TreePosition } from "../tree/tree-builder";
import type { DotRange } from "../values/dot";
import { VersionVector } from "../values/version-vector";

/** An answer is waited for so many times as long as a neighbour usually takes, and this much longer (ms). */
const PATIENCE_FACTOR = 1.5;
const PATIENCE_SLACK = 100;
/** What a round trip is taken to be while nobody has measured one, in ms. */
const ASSUMED_ROUND_TRIP = 200;
/** The longest pause before whoever did not answer is asked again, in ms, if the network is not out of the ordinary. */
const LONGEST_PAUSE = 1000;

/** Who can be asked who has a value, how, and by when the answer should come: as the rhythm and the tree of now have it. */
export class AckRouter {
  constructor(
    private readonly identity: Identity,
    private readonly clock: Clock,
    private readonly tracker: DeltaTracker,
    private readonly batcher: Batcher,
    private readonly rhythm: Pacer,
    private readonly position: TreePosition,
    private readonly roundTrips: RttEstimator,
    /** After how many ms a value that a client waits for should be known to be everywhere. */
    readonly expectedTime: number,
  ) {}

  /** Those to whom this node passes on a value that it has from `from` (`undefined`: from a client), in the order in which they are asked. */
  targets(from: MemberId | undefined): readonly MemberId[] {
    const audience = new Set(this.rhythm.targets(from));
    return this.inTurn().filter((member) => audience.has(member) && !this.isSilent(member));
  }

  /** Every other member, those that do not answer last. */
  everyone(): readonly MemberId[] {
    const others = this.inTurn();
    return [...others.filter((member) => !this.isSilent(member)), ...others.filter((member) => this.isSilent(member))];
  }

  /** Is the member above this one in the tree, or below? What it asks for goes on to the others there. */
  isBeside(member: MemberId): boolean {
    return member === this.position.parent || this.position.children.includes(member);
  }

  /** Will the value leave for the neighbour yet? Then a question about it can ride along. */
  isToLeave(neighbour: MemberId, dot: DotRange): boolean {
    return this.tracker.of(neighbour).delta(VersionVector.of([dot])).length > 0;
  }

  /** Asks a member, now, and by a message of its own. `dots` are sent along, in case it lacks them. */
  sendQuery(member: MemberId, question: AckQuery, dots: readonly DotRange[] = []): void {
    this.batcher.sendQuery(member, question, dots);
  }

  /** Sends the member what `Passengers` has for it, now. */
  sendReplies(member: MemberId): void {
    this.batcher.sendReplies(member);
  }

  /** When a message leaves for the member next, if nothing goes wrong, by this node's clock, in ms; `undefined` if nobody can tell. */
  nextDeparture(member: MemberId): number | undefined {
    if (this.rhythm.isDirect) return undefined;
    const oldest = this.clock.now();
    return this.rhythm.departure(member, { oldest, count: 1, owedSince: undefined, dryRun: true });
  }

  /** How long the answer of a neighbour may take, in ms; one that is above this node waits for others, nobody can tell how long. */
  patience(neighbour: MemberId): number {
    if (neighbour === this.position.parent) return Number.POSITIVE_INFINITY;
    const levels = this.rhythm.isDirect ? 1 : Math.max(1, this.position.heightBelow);
    return levels * PATIENCE_FACTOR * this.rhythm.answerTime(neighbour) + PATIENCE_SLACK;
  }

  /** After how many ms a question that was not answered may be asked again. */
  get searchPause(): number {
    const roundTrip = this.roundTrips.overall() ?? ASSUMED_ROUND_TRIP;
    return Math.min(PATIENCE_FACTOR * roundTrip, LONGEST_PAUSE);
  }

  /** Each member begins with the next one: so not everybody asks the same. */
  private inTurn(): readonly MemberId[] {
    const { members, self } = this.identity;
    const own = members.indexOf(self);
    return [...members.slice(own + 1), ...members.slice(0, Math.max(0, own))];
  }

  private isSilent(member: MemberId): boolean {
    return this.tracker.of(member).isSilent;
  }
}
