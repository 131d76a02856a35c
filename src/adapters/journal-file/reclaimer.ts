import type { Log } from "../../domain/ports/log.js";
import { type DotRange, dotCount } from "../../domain/values/dot.js";
import type { FileSystem } from "./file-system.js";
import type { GroupCommit } from "./group-commit.js";
import { journalNotFreed } from "./log-events.js";
import type { SegmentContents } from "./segment-contents.js";
import type { SegmentWriter } from "./segment-writer.js";
import { removeSegment } from "./segments.js";
import { reasonOf } from "./system-error.js";

interface ReclaimerDeps {
  readonly files: FileSystem;
  readonly contents: SegmentContents;
  readonly writer: SegmentWriter;
  readonly commit: GroupCommit;
  readonly log: Log;
}

/**
 * Forgotten values that a crash may bring back: so many, or this share of those that are needed if that is more. Each line about them
 * lists all forgotten values, so it must not come too often.
 */
const LEAST_UNRECORDED = 1_000;
const SHARE_UNRECORDED = 1 / 8;

/** Frees the space of values that are no longer needed, a whole segment at a time, once the journal has recorded that they existed. */
export class Reclaimer {
  private isUnderWay = false;
  private hasFailed = false;
  /** Number of values that were forgotten since the last line about them. */
  private unrecorded = 0;

  constructor(
    private readonly deps: ReclaimerDeps,
    private readonly folder: string,
  ) {}

  /** As in the port `Journal`. */
  forget(dots: readonly DotRange[]): void {
    const { contents } = this.deps;
    const isNews = contents.forget(dots);
    this.unrecorded += dotCount(dots);
    const empty = this.isUnderWay ? [] : contents.emptyBefore(this.deps.writer.current);
    // In this order: counting takes time, and most calls forget a few values.
    const isDue = this.unrecorded >= LEAST_UNRECORDED && this.unrecorded >= SHARE_UNRECORDED * contents.neededCount;
    if (!isNews && !isDue && empty.length === 0) return;
    this.unrecorded = 0;
    this.deps.commit.append({ gone: contents.gone });
    if (empty.length === 0) return;
    this.isUnderWay = true;
    this.deps.commit.sync(() => {
      this.isUnderWay = false;
      for (const segment of empty) this.remove(segment);
      // Removes segments that have become empty meanwhile.
      if (!this.hasFailed) this.forget([]);
    });
  }

  private remove(segment: number): void {
    try {
      removeSegment(this.deps.files, this.folder, segment);
      this.deps.contents.drop(segment);
    } catch (error) {
      if (!this.hasFailed)
        this.deps.log.event(journalNotFreed({ segment, folder: this.folder, reason: reasonOf(error) }));
      this.hasFailed = true;
    }
  }
}
