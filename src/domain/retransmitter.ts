import type { Batcher } from "./batcher.js";
import type { DeltaTracker } from "./delta-tracker.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { MemberId } from "./ports/transport.js";
import type { Rhythm } from "./rhythm.js";

interface Watch {
  cancel: CancelTask | undefined;
  /** How often in a row the neighbour let the patience run out. */
  failures: number;
}

/** Notices acknowledgements that do not come, and has the batcher send what they were for again, with backing off. */
export class Retransmitter {
  private readonly watches = new Map<MemberId, Watch>();

  constructor(
    private readonly clock: Clock,
    private readonly tracker: DeltaTracker,
    private readonly batcher: Batcher,
    private readonly rhythm: Rhythm,
    /** Told whenever messages to a neighbour had to be given up: something is wrong. */
    private readonly onLoss: (neighbour: MemberId) => void,
  ) {}

  /** Something may have left for the neighbour: see to it that its acknowledgement is waited for. */
  watch(neighbour: MemberId): void {
    const watch = this.of(neighbour);
    if (watch.cancel !== undefined) return;
    const oldest = this.tracker.of(neighbour).oldestUnacknowledged();
    if (oldest === undefined) return;
    const due = oldest + this.rhythm.patience(neighbour, watch.failures);
    watch.cancel = this.clock.schedule(due - this.clock.now(), () => {
      watch.cancel = undefined;
      this.giveUpOverdue(neighbour, watch);
    });
  }

  /** The neighbour acknowledged something: it is there. */
  acknowledged(neighbour: MemberId): void {
    this.of(neighbour).failures = 0;
  }

  close(): void {
    for (const watch of this.watches.values()) watch.cancel?.();
  }

  private giveUpOverdue(neighbour: MemberId, watch: Watch): void {
    const lost = this.tracker.of(neighbour).expire(this.clock.now(), this.rhythm.patience(neighbour, watch.failures));
    if (lost > 0) {
      watch.failures++;
      this.onLoss(neighbour);
      this.batcher.reconsider(neighbour);
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
