import type { DotRange } from "../../domain/values/dot.js";
import { writeCursor } from "./cursor.js";
import type { EventLog, LoggedEvent } from "./event-log.js";
import type { Seen } from "./seen.js";

/** What a client gets next. The cursor names everything that it has got then; `undefined` if it would be too long. */
export type Item =
  | { readonly kind: "delivery"; readonly event: LoggedEvent; readonly cursor: string | undefined }
  /** Values that the client has not seen and that no longer exist. */
  | { readonly kind: "gap"; readonly ranges: readonly DotRange[]; readonly cursor: string | undefined };

/** Reads the log for one client: every event once that the client has not seen, and a gap for values that were deleted before. */
export class EventReader {
  private checkedDeletions = -1;

  /** @param seen what the client has seen; the reader owns it */
  constructor(
    private readonly log: EventLog,
    private readonly seen: Seen,
    private place = 0,
  ) {}

  /** The cursor of what the client has got. */
  get cursor(): string | undefined {
    return writeCursor(this.seen);
  }

  /** A reader of the events from now on. */
  static fromNow(log: EventLog): EventReader {
    return new EventReader(log, log.present(), log.end);
  }

  /** The next event, or a gap; `undefined` if there is nothing new. */
  next(): Item | undefined {
    return this.nextGap() ?? this.nextEvent();
  }

  /** Whether the client has got everything, as far as this can be told without looking further. */
  get isAtEnd(): boolean {
    return this.place >= this.log.end && this.checkedDeletions === this.log.deletionCount;
  }

  private nextGap(): Item | undefined {
    if (this.checkedDeletions === this.log.deletionCount) return undefined;
    this.checkedDeletions = this.log.deletionCount;
    const ranges = this.log.gapsFor(this.seen);
    if (ranges.length === 0) return undefined;
    for (const [author, first, count] of ranges) this.seen.add(author, first, first + count - 1);
    return { kind: "gap", ranges, cursor: writeCursor(this.seen) };
  }

  private nextEvent(): Item | undefined {
    for (let event = this.log.from(this.place); event !== undefined; event = this.log.from(this.place)) {
      this.place = event.place + 1;
      if (this.seen.has(event.author, event.number)) continue;
      this.seen.add(event.author, event.number);
      return { kind: "delivery", event, cursor: this.log.cursorAt(event, this.seen) };
    }
    this.place = this.log.end;
    return undefined;
  }
}
