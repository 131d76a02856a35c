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
  /** How many questions in a row were not answered, the acknowledgement that did not come included. */
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
 * Notices acknowledgements that do not come: sends what they were for again, as a question that is answered at once, and
 * backs off while there is no answer.
 */
export class AckTimer {
  /** This member has left several requests in a row unanswered. */
  readonly exhausted = new Signal<MemberId>();

  constructor(private readonly deps: AckTimerDeps) {}

  /** Something may have left for the neighbour: see to it that its acknowledgement is waited for. */
  watch(neighbour: MemberId): void {
    const watch = this.of(neighbour);
    if (watch.cancel !== undefined) return;
    const now = this.deps.clock.now();
    const first = this.firstDue(neighbour);
    if (first === undefined) return;
    const due = watch.failures === 0 ? first.due : now + this.pause(neighbour, watch.failures);
    const check = () => {
      watch.cancel = undefined;
      this.check(neighbour, watch, first.sentAt);
    };
    watch.cancel = this.deps.clock.schedule(due - now, () => {
      // A machine that stood still runs its timers before it reads what has come meanwhile: perhaps the acknowledgement.
      if (this.deps.clock.now() - due <= ACK_TIMER.lateTimer) check();
      else watch.cancel = this.deps.clock.schedule(ACK_TIMER.readingTime, check);
    });
  }

  /** The neighbour acknowledged something: it is there. */
  ackReceived(neighbour: MemberId): void {
    const watch = this.of(neighbour);
    watch.failures = 0;
    // What was overtaken is due earlier than it was.
    watch.cancel?.();
    watch.cancel = undefined;
    this.watch(neighbour);
  }

  /** The neighbour is no neighbour any more: nothing is expected of it. */
  cancel(neighbour: MemberId): void {
    this.deps.peers.of(neighbour).slots.clear(TIMER);
  }

  /** @param deadline messages that left at this time or before have been waited for long enough */
  private check(neighbour: MemberId, watch: AckTimerState, deadline: number): void {
    const state = this.deps.peers.of(neighbour);
    if (this.deps.pacer.isCalm) state.outgoing.trustAnswers(deadline);
    const first = this.firstDue(neighbour);
    // The rhythm may have changed meanwhile, and with it the time at which the acknowledgement is due.
    const isEarly = watch.failures === 0 && first !== undefined && first.due > this.deps.clock.now() + 1;
    if (first !== undefined && first.sentAt <= deadline && !isEarly) {
      watch.failures++;
      // Once the neighbour is being asked, everything that is on its way to it is in doubt.
      state.giveUpUntil(watch.failures > 1 ? this.deps.clock.now() : deadline);
      if (watch.failures > (this.deps.pacer.isLossy ? ACK_TIMER.requestsUnderLoss : ACK_TIMER.requests))
        this.exhausted.emit(neighbour);
      if (state.slots.find(TIMER) !== watch) return;
      this.deps.batcher.requestAck(neighbour);
    }
    this.watch(neighbour);
  }

  /** The message whose acknowledgement is due first: when it left, and when that is. */
  private firstDue(neighbour: MemberId): { sentAt: number; due: number } | undefined {
    const waiting = this.deps.peers.of(neighbour).outgoing.oldestUnacknowledged();
    return waiting
      .map(({ sentAt, isDirect, isOvertaken, isAsked }) => ({
        sentAt,
        // Where many messages get lost an answer that was asked for is not waited for any longer than it takes.
        due:
          isOvertaken || (isAsked && this.deps.pacer.isLossy)
            ? sentAt + ACK_TIMER.lossMargin * this.deps.pacer.answerTime(neighbour)
            : this.deps.pacer.ackDue(neighbour, sentAt, isDirect),
      }))
      .sort((one, other) => one.due - other.due)[0];
  }

  /**
   * Until the next question to a neighbour that has not answered the last one, in ms. Whether it is silent is found out
   * without delay; after that it is spared, unless it is messages that get lost.
   */
  private pause(neighbour: MemberId, failures: number): number {
    const answerTime = this.deps.pacer.answerTime(neighbour);
    if (this.deps.pacer.isLossy) return answerTime;
    return Math.min(
      answerTime * ACK_TIMER.backOff ** Math.max(0, failures - ACK_TIMER.requests),
      ACK_TIMER.longestPause,
    );
  }

  private of(neighbour: MemberId): AckTimerState {
    return this.deps.peers.of(neighbour).slots.of(TIMER);
  }
}
