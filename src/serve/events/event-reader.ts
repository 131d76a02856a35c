import type { DotRange } from "../../domain/values/dot.js";
import { type Cursor, writeCursor } from "./cursor.js";
import type { EventLog, LoggedEvent } from "./event-log.js";
import type { Seen } from "./seen.js";
import { isSelected, type Selection } from "./selection.js";

/** What a client gets next. The cursor names everything that it has got then; `undefined` if it would be too long. */
export type Item =
  | { readonly kind: "delivery"; readonly event: LoggedEvent; readonly cursor: string | undefined }
  /** Values that the client has not seen and that no longer exist. */
  | { readonly kind: "gap"; readonly ranges: readonly DotRange[]; readonly cursor: string | undefined };

/**
 * Reads the log for one client: every event of a selection once that the client has not seen, and a gap for values that were deleted
 * before. The topics of deleted values are unknown, so a gap counts all of them.
 */
export class EventReader {
  private checkedDeletions = -1;
  /** Whether the cursor has changed since the last item, because other values came. */
  private hasSkipped = false;

  private readonly seen: Seen;
  private readonly selection: Selection;

  /** @param after what the client follows, and has seen of it; the reader owns it */
  constructor(
    private readonly log: EventLog,
    after: Cursor,
    private place = 0,
  ) {
    this.seen = after.seen;
    this.selection = after.topic;
  }

  /** The cursor of what the client has got. */
  get cursor(): string | undefined {
    return writeCursor(this.seen, this.selection);
  }

  /**
   * The cursor, if only values outside the selection have changed it. A client that resumes there gets no gap for those values.
   */
  idleCursor(): string | undefined {
    if (!this.hasSkipped) return undefined;
    this.hasSkipped = false;
    return this.cursor;
  }

  /** A reader of the events from now on. */
  static fromNow(log: EventLog, selection?: Selection): EventReader {
    return new EventReader(log, { seen: log.present(), topic: selection }, log.end);
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
    this.hasSkipped = false;
    return { kind: "gap", ranges, cursor: this.cursor };
  }

  private nextEvent(): Item | undefined {
    for (let event = this.log.from(this.place); event !== undefined; event = this.log.from(this.place)) {
      this.place = event.place + 1;
      if (this.seen.has(event.author, event.number)) continue;
      this.seen.add(event.author, event.number);
      this.hasSkipped = !isSelected(event.topic, this.selection);
      if (this.hasSkipped) continue;
      return { kind: "delivery", event, cursor: this.log.cursorAt(event, this.seen, this.selection) };
    }
    this.place = this.log.end;
    return undefined;
  }
}
