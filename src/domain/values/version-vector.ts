import { type ActorId, type DotRange, isIncarnationOf } from "./dot.js";
import { IntervalSet } from "./interval-set.js";

/** A version vector on the wire: for each author the ranges of numbers held, both ends included. */
export type WireVector = readonly (readonly [ActorId, readonly (readonly [number, number])[]])[];

/** A set of dots, exact even where there are gaps: a version vector whose entries are sets rather than single numbers. */
export class VersionVector {
  private readonly authors = new Map<ActorId, IntervalSet>();

  static fromWire(wire: WireVector): VersionVector {
    const vector = new VersionVector();
    for (const [author, ranges] of wire)
      for (const [first, last] of ranges) vector.add([author, first, last - first + 1]);
    return vector;
  }

  static of(runs: Iterable<DotRange>): VersionVector {
    const vector = new VersionVector();
    for (const run of runs) vector.add(run);
    return vector;
  }

  toWire(): WireVector {
    return [...this.authors].map(([author, numbers]) => [author, [...numbers.ranges()]] as const);
  }

  get isEmpty(): boolean {
    return this.authors.size === 0;
  }

  has(author: ActorId, number: number): boolean {
    return this.authors.get(author)?.has(number) ?? false;
  }

  /** The largest number held of an author; 0 if there is none. */
  max(author: ActorId): number {
    return this.authors.get(author)?.max ?? 0;
  }

  /** Adds a run of dots; true if any of it was new. */
  add([author, first, count]: DotRange): boolean {
    let numbers = this.authors.get(author);
    if (numbers === undefined) {
      numbers = new IntervalSet();
      this.authors.set(author, numbers);
    }
    return numbers.add(first, first + count - 1);
  }

  remove([author, first, count]: DotRange): void {
    const numbers = this.authors.get(author);
    if (numbers === undefined) return;
    numbers.remove(first, first + count - 1);
    if (numbers.isEmpty) this.authors.delete(author);
  }

  merge(other: VersionVector): void {
    for (const run of other.runs()) this.add(run);
  }

  *runs(): Generator<DotRange> {
    for (const [author, numbers] of this.authors)
      for (const [first, last] of numbers.ranges()) yield [author, first, last - first + 1];
  }

  /** The runs of dots that this vector holds and `other` lacks. */
  *without(other: VersionVector): Generator<DotRange> {
    for (const [author, numbers] of this.authors)
      for (const [first, last] of numbers.without(other.authors.get(author))) yield [author, first, last - first + 1];
  }

  /** Does this vector hold every dot of `other`? */
  covers(other: VersionVector): boolean {
    return other.without(this).next().done === true;
  }

  /** The dots that a member accepted, in any of its lives. */
  ofMember(member: string): VersionVector {
    const own = new VersionVector();
    for (const run of this.runs()) if (isIncarnationOf(member, run[0])) own.add(run);
    return own;
  }

  /** The dots that both vectors hold. */
  meet(other: VersionVector): VersionVector {
    const both = new VersionVector();
    for (const [author, numbers] of this.authors) {
      const theirs = other.authors.get(author);
      if (theirs === undefined) continue;
      for (const [first, last] of numbers.meet(theirs)) both.add([author, first, last - first + 1]);
    }
    return both;
  }
}
