import type { JournalRecord } from "../../domain/ports/journal.js";
import type { DotRange } from "../../domain/values/dot.js";
import { VersionVector } from "../../domain/values/version-vector.js";

/** Which values each segment holds that somebody still needs, and which are not needed any more. */
export class SegmentContents {
  private readonly needed = new Map<number, VersionVector>();
  private readonly forgotten = new VersionVector();

  /** Records are in a segment. */
  note(segment: number, records: readonly JournalRecord[]): void {
    let dots = this.needed.get(segment);
    if (dots === undefined) {
      dots = new VersionVector();
      this.needed.set(segment, dots);
    }
    for (const { author, number } of records) if (!this.forgotten.has(author, number)) dots.add([author, number, 1]);
  }

  /**
   * These dots are not needed any more.
   * @returns whether some of them are in no segment, and so are not known to be known by what the segments hold
   */
  forget(dots: Iterable<DotRange>): boolean {
    const unwritten = new VersionVector();
    for (const run of dots) {
      this.forgotten.add(run);
      unwritten.add(run);
    }
    const runs = [...unwritten.runs()];
    for (const held of this.needed.values()) {
      for (const run of [...unwritten.meet(held).runs()]) unwritten.remove(run);
      for (const run of runs) held.remove(run);
    }
    return !unwritten.isEmpty;
  }

  /** All dots that were given to `forget`. */
  get gone(): DotRange[] {
    return [...this.forgotten.runs()];
  }

  /** Segments before `current` that hold nothing that is needed. */
  emptyBefore(current: number): number[] {
    return [...this.needed].filter(([number, dots]) => number < current && dots.isEmpty).map(([number]) => number);
  }

  /** The segment is not there any more. */
  drop(segment: number): void {
    this.needed.delete(segment);
  }
}
