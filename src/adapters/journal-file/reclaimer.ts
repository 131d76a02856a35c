import type { Log } from "../../domain/ports/log.js";
import type { DotRange } from "../../domain/values/dot.js";
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

/** Frees the space of values that are no longer needed, a whole segment at a time, once the journal has recorded that they existed. */
export class Reclaimer {
  private isUnderWay = false;
  private hasFailed = false;

  constructor(
    private readonly deps: ReclaimerDeps,
    private readonly folder: string,
  ) {}

  /** As in the port `Journal`. */
  forget(dots: readonly DotRange[]): void {
    const isNews = this.deps.contents.forget(dots);
    const empty = this.isUnderWay ? [] : this.deps.contents.emptyBefore(this.deps.writer.current);
    if (!isNews && empty.length === 0) return;
    this.deps.commit.append({ gone: this.deps.contents.gone });
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
