import type { JournalRecord } from "../../domain/ports/journal.js";
import { type DotRange, dotCount } from "../../domain/values/dot.js";
import { VersionVector } from "../../domain/values/version-vector.js";

/** Tracks the needed values of each segment, and the values that are no longer needed. */
export class SegmentContents {
  private readonly needed = new Map<number, VersionVector>();
  private readonly forgotten = new VersionVector();

  /** Adds records of a segment. */
  note(segment: number, records: readonly JournalRecord[]): void {
    let dots = this.needed.get(segment);
    if (dots === undefined) {
      dots = new VersionVector();
      this.needed.set(segment, dots);
    }
    for (const { author, number } of records) if (!this.forgotten.has(author, number)) dots.add([author, number, 1]);
  }

  /**
   * Marks these dots as no longer needed.
   * @returns whether some of them are in no segment, so that the segments alone do not show that they were known
   */
  forget(dots: Iterable<DotRange>): boolean {
    const unwritten = new VersionVector();
    for (const run of dots) {
      this.forgotten.add(run);
      unwritten.add(run);
    }
    const runs = [...unwritten.ranges()];
    for (const held of this.needed.values()) {
      for (const run of [...unwritten.meet(held).ranges()]) unwritten.remove(run);
      for (const run of runs) held.remove(run);
    }
    return !unwritten.isEmpty;
  }

  /** All dots that were passed to `forget`. */
  get gone(): DotRange[] {
    return [...this.forgotten.ranges()];
  }

  /** Number of needed values. */
  get neededCount(): number {
    let count = 0;
    for (const dots of this.needed.values()) count += dotCount([...dots.ranges()]);
    return count;
  }

  /** Segments before `current` without needed values. */
  emptyBefore(current: number): number[] {
    return [...this.needed].filter(([number, dots]) => number < current && dots.isEmpty).map(([number]) => number);
  }

  /** Removes a deleted segment. */
  drop(segment: number): void {
    this.needed.delete(segment);
  }
}
