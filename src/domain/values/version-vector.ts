import { type ActorId, type DotRange, isIncarnationOf } from "./dot.js";
import { IntervalSet } from "./interval-set.js";

/** A version vector on the wire: the ranges of numbers per actor, both ends included. */
export type WireVector = readonly (readonly [ActorId, readonly (readonly [number, number])[]])[];

/** A set of dots: a version vector whose entries are sets instead of single numbers, so it is exact even with gaps. */
export class VersionVector {
  private readonly actors = new Map<ActorId, IntervalSet>();

  static fromWire(wire: WireVector): VersionVector {
    const vector = new VersionVector();
    for (const [actor, ranges] of wire)
      for (const [first, last] of ranges) vector.add([actor, first, last - first + 1]);
    return vector;
  }

  static of(ranges: Iterable<DotRange>): VersionVector {
    const vector = new VersionVector();
    for (const range of ranges) vector.add(range);
    return vector;
  }

  toWire(): WireVector {
    return [...this.actors].map(([actor, numbers]) => [actor, [...numbers.ranges()]] as const);
  }

  get isEmpty(): boolean {
    return this.actors.size === 0;
  }

  has(actor: ActorId, number: number): boolean {
    return this.actors.get(actor)?.has(number) ?? false;
  }

  /** The largest number of an actor; 0 if there is none. */
  max(actor: ActorId): number {
    return this.actors.get(actor)?.max ?? 0;
  }

  /** Adds a range of dots; returns whether any of them was new. */
  add([actor, first, count]: DotRange): boolean {
    let numbers = this.actors.get(actor);
    if (numbers === undefined) {
      numbers = new IntervalSet();
      this.actors.set(actor, numbers);
    }
    return numbers.add(first, first + count - 1);
  }

  remove([actor, first, count]: DotRange): void {
    const numbers = this.actors.get(actor);
    if (numbers === undefined) return;
    numbers.remove(first, first + count - 1);
    if (numbers.isEmpty) this.actors.delete(actor);
  }

  merge(other: VersionVector): void {
    for (const range of other.ranges()) this.add(range);
  }

  *ranges(): Generator<DotRange> {
    for (const [actor, numbers] of this.actors)
      for (const [first, last] of numbers.ranges()) yield [actor, first, last - first + 1];
  }

  /** The ranges of dots in this vector that `other` lacks. */
  *without(other: VersionVector): Generator<DotRange> {
    for (const [actor, numbers] of this.actors)
      for (const [first, last] of numbers.without(other.actors.get(actor))) yield [actor, first, last - first + 1];
  }

  /** Whether this vector has every dot of `other`. */
  covers(other: VersionVector): boolean {
    return other.without(this).next().done === true;
  }

  /** The dots that a member accepted, in any incarnation. */
  ofMember(member: string): VersionVector {
    const own = new VersionVector();
    for (const range of this.ranges()) if (isIncarnationOf(member, range[0])) own.add(range);
    return own;
  }

  /** The dots in both vectors. */
  meet(other: VersionVector): VersionVector {
    const both = new VersionVector();
    for (const [actor, numbers] of this.actors) {
      const theirs = other.actors.get(actor);
      if (theirs === undefined) continue;
      for (const [first, last] of numbers.meet(theirs)) both.add([actor, first, last - first + 1]);
    }
    return both;
  }
}
