import { SWIM } from "../../domain/config.js";
import type { MemberRecord } from "../../domain/membership/member-record.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** The suspects, and how long each has left to refute. */
export class Suspicions {
  private readonly timers = new Map<MemberId, CancelTask>();

  /** @param expired called when a suspect has not refuted in time */
  constructor(
    private readonly clock: Clock,
    private readonly expired: (suspect: MemberRecord) => void,
  ) {}

  /** The member has a new record. */
  changed(record: MemberRecord): void {
    this.timers.get(record.id)?.();
    this.timers.delete(record.id);
    if (record.state !== "suspect") return;
    const within = Math.min(SWIM.mostSuspicion, Math.max(SWIM.leastSuspicion, record.within ?? SWIM.suspicion));
    this.timers.set(
      record.id,
      this.clock.schedule(within, () => {
        this.timers.delete(record.id);
        this.expired(record);
      }),
    );
  }

  close(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }
}
