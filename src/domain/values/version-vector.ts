import { ActorSlots, STRIDE } from "./actor-slots.js";
import { ACTORS } from "./actor-table.js";
import type { ActorId, DotRange } from "./dot.js";
import { IntervalSet } from "./interval-set.js";

/** A version vector on the wire: the ranges of numbers per actor, both ends included. */
export type WireVector = readonly (readonly [ActorId, readonly (readonly [number, number])[]])[];

/** The largest number that a slot holds; larger ones are in `gappy`. */
const LARGEST = 2 ** 31 - 1;
/** Start of the range in a slot whose actor has a set in `gappy`. */
const GAPPY = -1;

/** The slots of the empty vectors, of which there are very many. */
const NO_SLOTS = new ActorSlots();

/**
 * A set of dots: a version vector whose entries are sets instead of single numbers, so it is exact even with gaps. An
 * actor takes 12 bytes and its share of an index; only an actor with gaps has an `IntervalSet`. Iteration follows the
 * order in which the actors came.
 */
export class VersionVector {
  private slots = NO_SLOTS;
  /** The numbers of the actors that have more than one range, or numbers too large for a slot. */
  private gappy: Map<number, IntervalSet> | undefined;

  static fromWire(wire: WireVector): VersionVector {
    const vector = new VersionVector();
    for (const [actor, ranges] of wire) {
      if (ranges.length === 0) continue;
      const by = ACTORS.add(actor);
      for (const [first, last] of ranges) vector.addNumbers(by, first, last);
    }
    return vector;
  }

  static of(ranges: Iterable<DotRange>): VersionVector {
    const vector = new VersionVector();
    for (const range of ranges) vector.add(range);
    return vector;
  }

  toWire(): WireVector {
    const wire: [ActorId, (readonly [number, number])[]][] = [];
    const { cells, used } = this.slots;
    for (let at = 0; at < used * STRIDE; at += STRIDE) {
      const actor = cells[at] as number;
      if (actor < 0) continue;
      const first = cells[at + 1] as number;
      const ranges: (readonly [number, number])[] =
        first === GAPPY ? [...this.gaps(actor).ranges()] : [[first, cells[at + 2] as number]];
      wire.push([ACTORS.idOf(actor), ranges]);
    }
    return wire;
  }

  get isEmpty(): boolean {
    return this.slots.size === 0;
  }

  /** Number of actors with at least one dot. */
  get actorCount(): number {
    return this.slots.size;
  }

  has(actor: ActorId, number: number): boolean {
    const by = ACTORS.find(actor);
    return by !== undefined && this.hasNumber(by, number);
  }

  /** Does the same for an actor by its number in `ACTORS`. */
  hasNumber(actor: number, number: number): boolean {
    const slot = this.slots.find(actor);
    if (slot < 0) return false;
    const { cells } = this.slots;
    const first = cells[slot * STRIDE + 1] as number;
    if (first === GAPPY) return this.gaps(actor).has(number);
    return first <= number && number <= (cells[slot * STRIDE + 2] as number);
  }

  /** The largest number of an actor; 0 if there is none. */
  max(actor: ActorId): number {
    const by = ACTORS.find(actor);
    if (by === undefined) return 0;
    const slot = this.slots.find(by);
    if (slot < 0) return 0;
    const { cells } = this.slots;
    return cells[slot * STRIDE + 1] === GAPPY ? this.gaps(by).max : (cells[slot * STRIDE + 2] as number);
  }

  /** Adds a range of dots; returns whether any of them was new. */
  add([actor, first, count]: DotRange): boolean {
    return this.addNumbers(ACTORS.add(actor), first, first + count - 1);
  }

  /** Does the same for an actor by its number in `ACTORS`, with both ends of the range. */
  addNumbers(actor: number, first: number, last: number): boolean {
    const slot = this.slots.find(actor);
    if (slot < 0) {
      if (last <= LARGEST) this.append(actor, first, last);
      else {
        this.append(actor, GAPPY, 0);
        this.setGaps(actor, new IntervalSet([[first, last]]));
      }
      return true;
    }
    const { cells } = this.slots;
    const at = slot * STRIDE;
    const start = cells[at + 1] as number;
    if (start === GAPPY) {
      const numbers = this.gaps(actor);
      const hasChanged = numbers.add(first, last);
      this.closeGaps(slot, actor, numbers);
      return hasChanged;
    }
    const end = cells[at + 2] as number;
    if (start <= first && last <= end) return false;
    if (first <= end + 1 && last >= start - 1 && last <= LARGEST) {
      cells[at + 1] = Math.min(start, first);
      cells[at + 2] = Math.max(end, last);
      return true;
    }
    cells[at + 1] = GAPPY;
    const numbers = new IntervalSet([[start, end]]);
    numbers.add(first, last);
    this.setGaps(actor, numbers);
    return true;
  }

  private append(actor: number, first: number, last: number): void {
    if (this.slots === NO_SLOTS) this.slots = new ActorSlots();
    this.slots.append(actor, first, last);
  }

  remove([actor, first, count]: DotRange): void {
    const by = ACTORS.find(actor);
    if (by !== undefined) this.removeNumbers(by, first, first + count - 1);
  }

  /** Does the same for an actor by its number in `ACTORS`, with both ends of the range. */
  removeNumbers(actor: number, first: number, last: number): void {
    const slot = this.slots.find(actor);
    if (slot < 0) return;
    const { cells } = this.slots;
    const at = slot * STRIDE;
    const start = cells[at + 1] as number;
    const end = cells[at + 2] as number;
    if (start !== GAPPY) {
      if (last < start || first > end) return;
      if (first <= start && last >= end) {
        this.slots.remove(slot);
        return;
      }
      if (first <= start) {
        cells[at + 1] = last + 1;
        return;
      }
      if (last >= end) {
        cells[at + 2] = first - 1;
        return;
      }
      cells[at + 1] = GAPPY;
      this.setGaps(actor, new IntervalSet([[start, end]]));
    }
    const numbers = this.gaps(actor);
    numbers.remove(first, last);
    this.closeGaps(slot, actor, numbers);
  }

  merge(other: VersionVector): void {
    const { cells, used } = other.slots;
    for (let at = 0; at < used * STRIDE; at += STRIDE) {
      const actor = cells[at] as number;
      if (actor < 0) continue;
      const first = cells[at + 1] as number;
      if (first !== GAPPY) this.addNumbers(actor, first, cells[at + 2] as number);
      else for (const [start, end] of other.gaps(actor).ranges()) this.addNumbers(actor, start, end);
    }
  }

  /** Removes the dots of `other`. */
  subtract(other: VersionVector): void {
    const { cells, used } = other.slots;
    for (let at = 0; at < used * STRIDE && !this.isEmpty; at += STRIDE) {
      const actor = cells[at] as number;
      if (actor < 0) continue;
      const first = cells[at + 1] as number;
      if (first !== GAPPY) this.removeNumbers(actor, first, cells[at + 2] as number);
      else for (const [start, end] of other.gaps(actor).ranges()) this.removeNumbers(actor, start, end);
    }
  }

  copy(): VersionVector {
    const copy = new VersionVector();
    if (!this.isEmpty) copy.slots = this.slots.copy();
    for (const [actor, numbers] of this.gappy ?? []) copy.setGaps(actor, new IntervalSet(numbers.ranges()));
    return copy;
  }

  *ranges(): Generator<DotRange> {
    const { slots } = this;
    for (let slot = 0; slot < slots.used; slot++) yield* this.rangesAt(slot);
  }

  /** The ranges of dots in this vector that `other` lacks. */
  *without(other: VersionVector): Generator<DotRange> {
    const { slots } = this;
    for (let slot = 0; slot < slots.used; slot++) {
      const at = slot * STRIDE;
      const actor = slots.cells[at] as number;
      if (actor < 0 || this.isCovered(slot, other)) continue;
      const theirs = other.numbersOf(actor);
      for (const [first, last] of this.numbersAt(slot).without(theirs))
        yield [ACTORS.idOf(actor), first, last - first + 1];
    }
  }

  /** Whether this vector has every dot of `other`. */
  covers(other: VersionVector): boolean {
    for (let slot = 0; slot < other.slots.used; slot++)
      if ((other.slots.cells[slot * STRIDE] as number) >= 0 && !other.isCovered(slot, this)) return false;
    return true;
  }

  /** Whether this vector has all of these dots. */
  coversRange(actor: number, first: number, last: number): boolean {
    const slot = this.slots.find(actor);
    if (slot < 0) return false;
    const start = this.slots.cells[slot * STRIDE + 1] as number;
    if (start !== GAPPY) return start <= first && last <= (this.slots.cells[slot * STRIDE + 2] as number);
    return this.gaps(actor).covers(first, last);
  }

  /** The dots that a member accepted, in any incarnation. */
  ofMember(member: string): VersionVector {
    const own = new VersionVector();
    for (const slot of this.inOrder(ACTORS.ofMember(member))) for (const range of this.rangesAt(slot)) own.add(range);
    return own;
  }

  /** The dots in both vectors. */
  meet(other: VersionVector): VersionVector {
    const both = new VersionVector();
    const { slots } = this;
    // The smaller vector decides the effort, and this one the order.
    if (other.slots.size * 4 < slots.size) {
      for (const slot of this.inOrder(other.actors())) this.meetAt(slot, other, both);
    } else for (let slot = 0; slot < slots.used; slot++) this.meetAt(slot, other, both);
    return both;
  }

  private meetAt(slot: number, other: VersionVector, both: VersionVector): void {
    const at = slot * STRIDE;
    const actor = this.slots.cells[at] as number;
    if (actor < 0) return;
    const theirs = other.slots.find(actor);
    if (theirs < 0) return;
    const first = this.slots.cells[at + 1] as number;
    const otherFirst = other.slots.cells[theirs * STRIDE + 1] as number;
    if (first !== GAPPY && otherFirst !== GAPPY) {
      const start = Math.max(first, otherFirst);
      const end = Math.min(this.slots.cells[at + 2] as number, other.slots.cells[theirs * STRIDE + 2] as number);
      if (start <= end) both.append(actor, start, end);
      return;
    }
    for (const [start, end] of this.numbersAt(slot).meet(other.numbersAt(theirs))) both.addNumbers(actor, start, end);
  }

  private *actors(): Generator<number> {
    const { cells, used } = this.slots;
    for (let at = 0; at < used * STRIDE; at += STRIDE) if ((cells[at] as number) >= 0) yield cells[at] as number;
  }

  /** The slots of these actors, in the order of this vector. */
  private inOrder(actors: Iterable<number>): number[] {
    const slots: number[] = [];
    for (const actor of actors) {
      const slot = this.slots.find(actor);
      if (slot >= 0) slots.push(slot);
    }
    return slots.length > 1 ? slots.sort((one, other) => one - other) : slots;
  }

  private *rangesAt(slot: number): Generator<DotRange> {
    const { cells } = this.slots;
    const at = slot * STRIDE;
    const actor = cells[at] as number;
    if (actor < 0) return;
    const first = cells[at + 1] as number;
    const id = ACTORS.idOf(actor);
    if (first !== GAPPY) yield [id, first, (cells[at + 2] as number) - first + 1];
    else for (const [start, end] of this.gaps(actor).ranges()) yield [id, start, end - start + 1];
  }

  /** Whether `other` has all dots of a slot in use. */
  private isCovered(slot: number, other: VersionVector): boolean {
    const { cells } = this.slots;
    const at = slot * STRIDE;
    const actor = cells[at] as number;
    const first = cells[at + 1] as number;
    if (first !== GAPPY) return other.coversRange(actor, first, cells[at + 2] as number);
    for (const [start, end] of this.gaps(actor).ranges()) if (!other.coversRange(actor, start, end)) return false;
    return true;
  }

  private numbersOf(actor: number): IntervalSet | undefined {
    const slot = this.slots.find(actor);
    return slot < 0 ? undefined : this.numbersAt(slot);
  }

  private numbersAt(slot: number): IntervalSet {
    const { cells } = this.slots;
    const at = slot * STRIDE;
    const first = cells[at + 1] as number;
    return first === GAPPY ? this.gaps(cells[at] as number) : new IntervalSet([[first, cells[at + 2] as number]]);
  }

  private gaps(actor: number): IntervalSet {
    return this.gappy?.get(actor) as IntervalSet;
  }

  private setGaps(actor: number, numbers: IntervalSet): void {
    this.gappy ??= new Map();
    this.gappy.set(actor, numbers);
  }

  /** Moves the numbers back into the slot if they are a single range, and frees the slot if there are none. */
  private closeGaps(slot: number, actor: number, numbers: IntervalSet): void {
    if (numbers.rangeCount > 1 || numbers.max > LARGEST) return;
    this.gappy?.delete(actor);
    if (numbers.isEmpty) {
      this.slots.remove(slot);
      return;
    }
    for (const [first, last] of numbers.ranges()) {
      this.slots.cells[slot * STRIDE + 1] = first;
      this.slots.cells[slot * STRIDE + 2] = last;
    }
  }
}
