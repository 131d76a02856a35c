import type { ActorId, DotRange } from "./dot.js";

/** A place in the order of all dots: by actor, then by number. */
export type DotPlace = readonly [actor: ActorId, number: number];

/** All dots from a place up to, but not including, another one; `null` is the beginning, or the end, of all. */
export type DotSpan = readonly [from: DotPlace | null, to: DotPlace | null];

/** The span of all dots. */
export const ALL_DOTS: DotSpan = [null, null];

/** A set of dots that consists of spans: the dots that a message speaks of. */
export class DotSpans {
  /** Disjoint and in order; they do not touch. */
  private spans: readonly DotSpan[];

  constructor(spans: Iterable<DotSpan> = []) {
    this.spans = [];
    for (const span of spans) this.add(span);
  }

  get isEmpty(): boolean {
    return this.spans.length === 0;
  }

  /** Whether every dot is in the set. */
  get isAll(): boolean {
    const [first] = this.spans;
    return first !== undefined && first[0] === null && first[1] === null;
  }

  add([from, to]: DotSpan): void {
    const before = this.spans.filter(([, end]) => end !== null && from !== null && comparePlaces(end, from) < 0);
    const after = this.spans.filter(([start]) => start !== null && to !== null && comparePlaces(start, to) > 0);
    const touched = this.spans.slice(before.length, this.spans.length - after.length);
    const start = touched.reduce<DotPlace | null>((one, [other]) => earlier(one, other), from);
    const end = touched.reduce<DotPlace | null>((one, [, other]) => later(one, other), to);
    this.spans = [...before, [start, end], ...after];
  }

  merge(other: DotSpans): void {
    for (const span of other.spans) this.add(span);
  }

  /** The parts of the ranges that are in the set. */
  *within(ranges: Iterable<DotRange>): Generator<DotRange> {
    for (const range of ranges)
      for (const span of this.spans) {
        const part = clip(range, span);
        if (part !== undefined) yield part;
      }
  }

  /** The parts of the ranges that are not in the set. */
  outside(ranges: Iterable<DotRange>): Iterable<DotRange> {
    return this.complement().within(ranges);
  }

  /** Whether a dot of the ranges is in the set. */
  touches(ranges: Iterable<DotRange>): boolean {
    return this.within(ranges).next().done !== true;
  }

  private complement(): DotSpans {
    const rest: DotSpan[] = [];
    let at: DotPlace | null = null;
    for (const [from, to] of this.spans) {
      if (from !== null) rest.push([at, from]);
      if (to === null) return new DotSpans(rest);
      at = to;
    }
    return new DotSpans([...rest, [at, null]]);
  }
}

/** The ranges in the order of all dots. */
export function inOrder(ranges: Iterable<DotRange>): DotRange[] {
  return [...ranges].sort(comparePlaces);
}

/**
 * The parts of ranges that are in a span. Takes time for those, and little for the others.
 * @param ranges in order and disjoint
 */
export function partsIn(ranges: readonly DotRange[], span: DotSpan): DotRange[] {
  const [from, to] = span;
  const begin = from === null ? 0 : firstIndex(ranges, (range) => comparePlaces(endOf(range), from) > 0);
  const end = to === null ? ranges.length : firstIndex(ranges, (range) => comparePlaces(range, to) >= 0);
  const parts: DotRange[] = [];
  for (let at = begin; at < end; at++) {
    const part = clip(ranges[at] as DotRange, span);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** Index of the first range from which on the condition holds, or their number. */
function firstIndex(ranges: readonly DotRange[], holds: (range: DotRange) => boolean): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(ranges[middle] as DotRange)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function endOf([actor, first, count]: DotRange): DotPlace {
  return [actor, first + count];
}

/**
 * Negative if the first place comes before the second, 0 if they are the same. A range counts as the place of its first dot.
 * Actors are ordered by their UTF-16 units.
 */
export function comparePlaces([actor, number]: DotPlace | DotRange, [other, second]: DotPlace | DotRange): number {
  if (actor === other) return number - second;
  return actor < other ? -1 : 1;
}

/** The part of a range that is in a span; `undefined` if there is none. */
function clip(range: DotRange, [from, to]: DotSpan): DotRange | undefined {
  const [actor, first, count] = range;
  if (from !== null && actor < from[0]) return undefined;
  if (to !== null && actor > to[0]) return undefined;
  const start = from !== null && from[0] === actor ? Math.max(first, from[1]) : first;
  const end = to !== null && to[0] === actor ? Math.min(first + count, to[1]) : first + count;
  if (end - start === count) return range;
  return start < end ? [actor, start, end - start] : undefined;
}

function earlier(one: DotPlace | null, other: DotPlace | null): DotPlace | null {
  if (one === null || other === null) return null;
  return comparePlaces(one, other) <= 0 ? one : other;
}

function later(one: DotPlace | null, other: DotPlace | null): DotPlace | null {
  if (one === null || other === null) return null;
  return comparePlaces(one, other) >= 0 ? one : other;
}
