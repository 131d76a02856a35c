/** Of the empty sets, of which there are very many. */
const NO_BOUNDS: number[] = [];

/**
 * A set of integers, stored as sorted, disjoint, non-adjacent ranges (both ends included). Most sets hold a single
 * range `1…n`, so operations are cheap until a message is lost.
 */
export class IntervalSet {
  /** Alternating starts and ends: `[start, end, start, end, …]`. */
  private bounds = NO_BOUNDS;

  constructor(ranges: Iterable<readonly [number, number]> = []) {
    for (const [first, last] of ranges) this.add(first, last);
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  /** The largest number in the set; 0 if it is empty. */
  get max(): number {
    return this.bounds[this.bounds.length - 1] ?? 0;
  }

  has(number: number): boolean {
    const at = this.firstEndingAtOrAfter(number);
    return at < this.bounds.length && (this.bounds[at] as number) <= number;
  }

  /** Whether every number of `first…last` is in the set. */
  covers(first: number, last: number): boolean {
    const at = this.firstEndingAtOrAfter(last);
    return at < this.bounds.length && (this.bounds[at] as number) <= first;
  }

  /** Adds `first…last`; returns whether the set has changed. */
  add(first: number, last: number = first): boolean {
    const { bounds } = this;
    const end = bounds[bounds.length - 1];
    if (end === undefined) {
      // Most sets never get a second range, and there are very many sets. A `push` would reserve room for 17 numbers.
      this.bounds = [first, last];
      return true;
    }
    // The common case, a number right after the last one, avoids the search.
    if (first === end + 1) {
      bounds[bounds.length - 1] = last;
      return true;
    }
    if (first > end) {
      bounds.push(first, last);
      return true;
    }
    const from = this.firstEndingAtOrAfter(first - 1);
    const start = bounds[from] as number;
    if (start <= first && (bounds[from + 1] as number) >= last) return false;
    let to = from;
    let mergedFirst = first;
    let mergedLast = last;
    while (to < bounds.length && (bounds[to] as number) <= last + 1) {
      mergedFirst = Math.min(mergedFirst, bounds[to] as number);
      mergedLast = Math.max(mergedLast, bounds[to + 1] as number);
      to += 2;
    }
    bounds.splice(from, to - from, mergedFirst, mergedLast);
    return true;
  }

  /** Number of ranges, which determines the memory that the set uses. */
  get rangeCount(): number {
    return this.bounds.length / 2;
  }

  /** Removes `first…last`. */
  remove(first: number, last: number = first): void {
    const { bounds } = this;
    const from = this.firstEndingAtOrAfter(first);
    const rest: number[] = [];
    let to = from;
    for (; to < bounds.length && (bounds[to] as number) <= last; to += 2) {
      const [start, end] = [bounds[to] as number, bounds[to + 1] as number];
      if (start < first) rest.push(start, first - 1);
      if (end > last) rest.push(last + 1, end);
    }
    bounds.splice(from, to - from, ...rest);
  }

  /** The numbers in both sets, as ranges. */
  *meet(other: IntervalSet): Generator<[number, number]> {
    const theirs = other.bounds;
    for (const [start, end] of this.ranges())
      for (let at = other.firstEndingAtOrAfter(start); at < theirs.length && (theirs[at] as number) <= end; at += 2)
        yield [Math.max(start, theirs[at] as number), Math.min(end, theirs[at + 1] as number)];
  }

  *ranges(): Generator<[number, number]> {
    for (let at = 0; at < this.bounds.length; at += 2) yield [this.bounds[at] as number, this.bounds[at + 1] as number];
  }

  /** The ranges of this set that `other` lacks. */
  *without(other: IntervalSet | undefined): Generator<[number, number]> {
    if (other === undefined) {
      yield* this.ranges();
      return;
    }
    const theirs = other.bounds;
    for (const [start, end] of this.ranges()) {
      let first = start;
      for (let at = other.firstEndingAtOrAfter(first); at < theirs.length; at += 2) {
        const gapEnd = (theirs[at] as number) - 1;
        if (gapEnd >= end) break;
        if (gapEnd >= first) yield [first, gapEnd];
        first = (theirs[at + 1] as number) + 1;
      }
      if (first <= end) yield [first, end];
    }
  }

  /** Index in `bounds` of the first range that ends at `number` or later. */
  private firstEndingAtOrAfter(number: number): number {
    let low = 0;
    let high = this.bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bounds[2 * middle + 1] as number) < number) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
