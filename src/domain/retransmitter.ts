import type { Batcher } from "./batcher.js";
import type { DeltaTracker } from "./delta-tracker.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { MemberId } from "./ports/transport.js";
import type { Rhythm } from "./rhythm.js";

/** The longest pause between two questions to a neighbour that does not answer, in ms. */
const LONGEST_PAUSE = 2000;
/** A timer that is later than this, in ms, tells that the machine stood still. */
const LATE_TIMER = 10;
/** What the machine gets then to read what has come, in ms. */
const READING_TIME = 30;
/** A neighbour that left this many questions in a row unanswered is silent. */
const QUESTIONS = 3;
/** With this many failures in a row, the acknowledgement that did not come included, there is doubt. */
const DOUBTS = 3;

/** Is told of neighbours that do not answer. */
export interface SilenceListener {
  /** Two questions in a row were not answered: more may be wrong than one lost message. */
  doubted(neighbour: MemberId): void;
  /** The neighbour has left several questions in a row unanswered. */
  silent(neighbour: MemberId): void;
}

interface Watch {
  cancel: CancelTask | undefined;
  /** How many questions in a row were not answered, the acknowledgement that did not come included. */
  failures: number;
}

/**
 * Notices acknowledgements that do not come: sends what they were for again, as a question that is answered at once, and
 * backs off while there is no answer.
 */
export class Retransmitter {
  private readonly watches = new Map<MemberId, Watch>();

  constructor(
    private readonly clock: Clock,
    private readonly tracker: DeltaTracker,
    private readonly batcher: Batcher,
    private readonly rhythm: Rhythm,
    private readonly listener: SilenceListener,
  ) {}

  /** Something may have left for the neighbour: see to it that its acknowledgement is waited for. */
  watch(neighbour: MemberId): void {
    const watch = this.of(neighbour);
    if (watch.cancel !== undefined) return;
    const oldest = this.tracker.of(neighbour).oldestUnacknowledged();
    if (oldest === undefined) return;
    const now = this.clock.now();
    const due =
      watch.failures === 0
        ? this.rhythm.acknowledgementDue(neighbour, oldest)
        : now + Math.min(this.rhythm.answerTime(neighbour) * 2 ** (watch.failures - 1), LONGEST_PAUSE);
    const check = () => {
      watch.cancel = undefined;
      this.check(neighbour, watch, oldest);
    };
    watch.cancel = this.clock.schedule(due - now, () => {
      // A machine that stood still runs its timers before it reads what has come meanwhile: perhaps the acknowledgement.
      if (this.clock.now() - due <= LATE_TIMER) check();
      else watch.cancel = this.clock.schedule(READING_TIME, check);
    });
  }

  /** The neighbour acknowledged something: it is there. */
  acknowledged(neighbour: MemberId): void {
    const watch = this.of(neighbour);
    if (watch.failures === 0) return;
    watch.failures = 0;
    watch.cancel?.();
    watch.cancel = undefined;
    this.watch(neighbour);
  }

  /** The neighbour is no neighbour any more: nothing is expected of it. */
  forget(neighbour: MemberId): void {
    this.watches.get(neighbour)?.cancel?.();
    this.watches.delete(neighbour);
  }

  close(): void {
    for (const watch of this.watches.values()) watch.cancel?.();
  }

  /** @param deadline messages that left at this time or before have been waited for long enough */
  private check(neighbour: MemberId, watch: Watch, deadline: number): void {
    const state = this.tracker.of(neighbour);
    const oldest = state.oldestUnacknowledged();
    // The rhythm may have changed meanwhile, and with it the time at which the acknowledgement is due.
    const isEarly = watch.failures === 0 && this.rhythm.acknowledgementDue(neighbour, deadline) > this.clock.now() + 1;
    if (oldest !== undefined && oldest <= deadline && !isEarly) {
      watch.failures++;
      // Once the neighbour is being asked, everything that is on its way to it is in doubt.
      state.expire(watch.failures > 1 ? this.clock.now() : deadline);
      if (watch.failures === DOUBTS) this.listener.doubted(neighbour);
      if (watch.failures > QUESTIONS) this.listener.silent(neighbour);
      if (this.watches.get(neighbour) !== watch) return;
      this.batcher.ask(neighbour);
    }
    this.watch(neighbour);
  }

  private of(neighbour: MemberId): Watch {
    let watch = this.watches.get(neighbour);
    if (watch === undefined) {
      watch = { cancel: undefined, failures: 0 };
      this.watches.set(neighbour, watch);
    }
    return watch;
  }
}
