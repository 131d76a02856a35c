import type { RoundSchedule, UpcastPlan } from "../messages.js";
import type { MemberId } from "../ports/transport.js";

/** Values and acknowledgements that are pending for one member. Times are by this node's clock, in ms. */
export interface Pending {
  /** When the oldest pending value was accepted; `Infinity` if there is none. */
  readonly oldest: number;
  /** Number of pending values. */
  readonly count: number;
  /** Since when an acknowledgement is owed; `undefined` if none is owed. */
  readonly owedSince: number | undefined;
  /** Since when a message of the member has been missing without the member's knowledge; `undefined` if none is missing. */
  readonly gapSince?: number | undefined;
  /** Whether the caller only asks for the departure of a hypothetical value. */
  readonly dryRun?: boolean;
}

/** Decides when messages leave. Each mode has one implementation: aligned rounds, eager sending, or fixed windows. */
export interface Pacer {
  /** Whether acknowledgements ride on gossip. Otherwise each gossip is acknowledged at once by a separate message. */
  readonly piggybacksAcks: boolean;

  /** Whether the actor of a value sends it to every member itself, so that no other member has to pass it on. */
  readonly isDirect: boolean;

  /** Whether values travel along the tree under normal conditions. */
  readonly followsTree: boolean;

  /** Whether a batch may leave earlier because it has grown. */
  readonly batchesBySize: boolean;

  /** The members that this node exchanges values with under normal conditions. */
  neighbours(): readonly MemberId[];

  /** This node's place in the tree has changed. */
  positionChanged(): void;

  /** The members that get the values which came from `from` (`undefined`: from a client). */
  targets(from: MemberId | undefined): readonly MemberId[];

  /** The members whose batches leave right after a message from `from`. */
  flushAfter(from: MemberId): readonly MemberId[];

  /**
   * When the member's batch should leave, by this node's clock, in ms. A time in the past means now; `undefined` means
   * that nothing leaves.
   */
  departure(member: MemberId, pending: Pending): number | undefined;

  /** Whether the member is this node's parent. Messages to the parent say so, in case it does not know. */
  isParent(member: MemberId): boolean;

  /**
   * When the acknowledgement of a message that left at `sentAt` is overdue, by this node's clock, in ms. An overdue
   * acknowledgement is requested.
   * @param isDirect whether the actor sent the values to every member itself
   */
  ackDue(member: MemberId, sentAt: number, isDirect: boolean): number;

  /** Whether many messages get lost. An unanswered request then proves little. */
  readonly isLossy: boolean;

  /** How long a member may take to answer a request, in ms. */
  answerTime(member: MemberId): number;

  /** Whether no loss has been noticed recently. Acknowledgements that no member has requested have then arrived. */
  readonly isCalm: boolean;

  /**
   * Whether the member soon requests a missing acknowledgement of its values. The loss of such an acknowledgement is
   * always noticed.
   */
  requestsMissingAck(member: MemberId): boolean;

  /** The plan for gossip that leaves for the member now; `undefined` if it is no upcast, or leaves between rounds. */
  upcastPlan(member: MemberId): UpcastPlan | undefined;

  /** When the parent's next regular downcast should be here, by this node's clock, in ms; `undefined` if that is unknown. */
  nextDowncast(): number | undefined;

  /** The schedule that a message to the member carries now; `undefined` outside rounds. */
  schedule(member: MemberId): RoundSchedule | undefined;
}
