import type { RoundSchedule, UpcastPlan } from "../messages.js";
import type { MemberId } from "../ports/transport.js";

/** What waits to leave for one neighbour. Times are by this node's clock, in ms. */
export interface Pending {
  /** When the oldest waiting value was accepted; `Infinity` when no value waits. */
  readonly oldest: number;
  /** How many values wait. */
  readonly count: number;
  /** Since when an acknowledgement is owed; `undefined` when none is. */
  readonly owedSince: number | undefined;
  /** Since when a message of the neighbour is missing that it was not told of yet; `undefined` when none is. */
  readonly gapSince?: number | undefined;
  /** Does nothing wait in truth, and somebody only wants to know? */
  readonly dryRun?: boolean;
}

/** When things leave. One implementation a way of working: fixed windows, aligned rounds, eager. */
export interface Pacer {
  /** Do acknowledgements ride on gossip? Otherwise every gossip is answered at once by a message of its own. */
  readonly piggybacksAcks: boolean;

  /** Does the author of a value send it to every member itself, so that nobody has to pass it on? */
  readonly isDirect: boolean;

  /** Do values travel along the tree as long as the network lets them? */
  readonly followsTree: boolean;

  /** The members that this one exchanges values with as long as the network lets values follow the tree. */
  neighbours(): readonly MemberId[];

  /** This member has another place in the tree. */
  positionChanged(): void;

  /** The neighbours that values have to be passed on to, when they come from `from` (`undefined`: from a client). */
  targets(from: MemberId | undefined): readonly MemberId[];

  /** The neighbours to which whatever waits leaves right after a message of `from` came. */
  flushAfter(from: MemberId): readonly MemberId[];

  /** When what waits for the neighbour should leave, by this node's clock: in the past means now, `undefined` not at all. */
  departure(neighbour: MemberId, pending: Pending): number | undefined;

  /** Is the neighbour the one above this member? It is told so, in case it does not know. */
  isParent(neighbour: MemberId): boolean;

  /**
   * By when the acknowledgement of a message that left at `sentAt` should have come; then the neighbour is asked. In ms, by this node's clock.
   * @param isDirect the author sent it to every member itself
   */
  ackDue(neighbour: MemberId, sentAt: number, isDirect: boolean): number;

  /** Do messages get lost all the time? Then an unanswered question says little. */
  readonly isLossy: boolean;

  /** How long the answer of a neighbour that was asked may take, in ms. */
  answerTime(neighbour: MemberId): number;

  /** Have messages come through of late, as far as this member knows? Then what nobody has asked for is there. */
  readonly isCalm: boolean;

  /** Does the neighbour ask soon if its values are not acknowledged? Then what acknowledges them is sure to be missed if it gets lost. */
  asksForAnswer(neighbour: MemberId): boolean;

  /** What gossip that leaves for the neighbour now was planned for; `undefined` if it is no upcast, or leaves out of turn. */
  upcastPlan(neighbour: MemberId): UpcastPlan | undefined;

  /** What a message that leaves now tells the neighbour of the rhythm; nothing outside rounds. */
  schedule(neighbour: MemberId): RoundSchedule | undefined;
}
