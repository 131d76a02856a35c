import type { ActorId, DotRange } from "../../domain/values/dot.js";
import { IntervalSet } from "../../domain/values/interval-set.js";

/**
 * The dots that a client has seen. Unlike a `VersionVector` it enters no name in the process-wide table of actors, since
 * clients may send any names.
 */
export class Seen {
  private readonly numbers = new Map<ActorId, IntervalSet>();
  private total = 0;

  static of(ranges: Iterable<DotRange>): Seen {
    const seen = new Seen();
    for (const [author, first, count] of ranges) seen.add(author, first, first + count - 1);
    return seen;
  }

  /** Number of dots. */
  get count(): number {
    return this.total;
  }

  has(author: ActorId, number: number): boolean {
    return this.numbers.get(author)?.has(number) ?? false;
  }

  /** Adds the numbers `first` to `last`, both included. */
  add(author: ActorId, first: number, last: number = first): void {
    const mine = this.numbers.get(author);
    if (mine === undefined) {
      this.numbers.set(author, new IntervalSet([[first, last]]));
      this.total += last - first + 1;
      return;
    }
    for (const [from, to] of new IntervalSet([[first, last]]).without(mine)) this.total += to - from + 1;
    mine.add(first, last);
  }

  /** The parts of `ranges` that are not in this set. */
  *missing(ranges: Iterable<DotRange>): Generator<DotRange> {
    for (const [author, first, count] of ranges)
      for (const [from, to] of new IntervalSet([[first, first + count - 1]]).without(this.numbers.get(author)))
        yield [author, from, to - from + 1];
  }

  copy(): Seen {
    return Seen.of(this.ranges());
  }

  *ranges(): Generator<DotRange> {
    for (const [author, numbers] of this.numbers)
      for (const [first, last] of numbers.ranges()) yield [author, first, last - first + 1];
  }
}
