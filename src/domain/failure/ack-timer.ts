import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import { ACK_TIMER } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { Signal } from "../signal.js";

interface AckTimerState {
  cancel: CancelTask | undefined;
  /** Number of failures in a row: the missing acknowledgement, and the unanswered requests after it. */
  failures: number;
}

const TIMER = new Slot<AckTimerState>(
  () => ({ cancel: undefined, failures: 0 }),
  ({ cancel }) => cancel?.(),
);

interface AckTimerDeps {
  readonly clock: Clock;
  readonly peers: DeltaTracker;
  readonly batcher: Batcher;
  readonly pacer: Pacer;
}

/**
 * Notices missing acknowledgements. It sends the values again with a request for an acknowledgement, and backs off
 * while there is no answer.
 */
export class AckTimer {
  /** Emitted when a member has left several requests in a row unanswered. */
  readonly exhausted = new Signal<MemberId>();

  constructor(private readonly deps: AckTimerDeps) {}

  /** Starts to await the acknowledgement of the messages to the member, if there are any. */
  watch(member: MemberId): void {
    const { slots } = this.deps.peers.of(member);
    const timer = slots.find(TIMER) ?? TIMER.create();
    if (timer.cancel !== undefined) return;
    const now = this.deps.clock.now();
    const first = this.firstDue(member);
    if (first === undefined) {
      if (timer.failures === 0) slots.clear(TIMER);
      return;
    }
    slots.set(TIMER, timer);
    const due = timer.failures === 0 ? first.due : now + this.pause(member, timer.failures);
    const check = () => {
      timer.cancel = undefined;
      this.check(member, timer, first.sentAt);
    };
    timer.cancel = this.deps.clock.schedule(due - now, () => {
      // After a pause of the machine, timers run before messages are read. The acknowledgement may be among these.
      if (this.deps.clock.now() - due <= ACK_TIMER.lateTimer) check();
      else timer.cancel = this.deps.clock.schedule(ACK_TIMER.readingTime, check);
    });
  }

  /** The member has acknowledged a message, so it is alive. */
  ackReceived(member: MemberId): void {
    this.cancel(member);
    // The acknowledgement of an overtaken message is due earlier.
    this.watch(member);
  }

  /** Stops awaiting acknowledgements of the member. */
  cancel(member: MemberId): void {
    this.deps.peers.clear(member, TIMER);
  }

  /** @param deadline departure time up to which messages are overdue */
  private check(member: MemberId, timer: AckTimerState, deadline: number): void {
    const peer = this.deps.peers.of(member);
    if (this.deps.pacer.isCalm) peer.outgoing.trustAnswers(deadline);
    const first = this.firstDue(member);
    // A changed schedule may have moved the due time.
    const isEarly = timer.failures === 0 && first !== undefined && first.due > this.deps.clock.now() + 1;
    if (first !== undefined && first.sentAt <= deadline && !isEarly) {
      timer.failures++;
      // While the member does not answer, all messages to it count as lost.
      peer.giveUpUntil(timer.failures > 1 ? this.deps.clock.now() : deadline);
      if (timer.failures > (this.deps.pacer.isLossy ? ACK_TIMER.requestsUnderLoss : ACK_TIMER.requests))
        this.exhausted.emit(member);
      if (peer.slots.find(TIMER) !== timer) return;
      this.deps.batcher.requestAck(member);
    }
    this.watch(member);
  }

  /** The message whose acknowledgement is due first: its departure and due time. */
  private firstDue(member: MemberId): { sentAt: number; due: number } | undefined {
    const unacknowledged = this.deps.peers.of(member).outgoing.oldestUnacknowledged();
    return unacknowledged
      .map(({ sentAt, isDirect, isOvertaken, isRequest }) => ({
        sentAt,
        // Under loss, the acknowledgement of a request is due as soon as the answer time has passed.
        due:
          isOvertaken || (isRequest && this.deps.pacer.isLossy)
            ? sentAt + ACK_TIMER.lossMargin * this.deps.pacer.answerTime(member)
            : this.deps.pacer.ackDue(member, sentAt, isDirect),
      }))
      .sort((a, b) => a.due - b.due)[0];
  }

  /**
   * Pause before the next request to a member that has not answered the last one, in ms. The first requests follow
   * without delay, to find out soon whether the member is a suspect. Later ones back off, unless messages get lost.
   */
  private pause(member: MemberId, failures: number): number {
    const answerTime = this.deps.pacer.answerTime(member);
    if (this.deps.pacer.isLossy) return answerTime;
    return Math.min(
      answerTime * ACK_TIMER.backOff ** Math.max(0, failures - ACK_TIMER.requests),
      ACK_TIMER.longestPause,
    );
  }
}
