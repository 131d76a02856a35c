import { BATCHING } from "../config.js";
import type { DotRange } from "../values/dot.js";
import { type JsonValue, jsonSizeBound } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { latest } from "./latest.js";

/** What messages need to know of a range of values. */
interface RangeContent {
  readonly values: readonly JsonValue[];
  /** Upper bound of the size of the values' JSON, in bytes. */
  readonly bytes: number;
  /** When the oldest of them was accepted, by this node's clock, in ms. */
  readonly oldest: number;
}

/** The part of a message that follows from its dots and the time. */
interface ListContent {
  readonly values: readonly JsonValue[];
  /** Time since the oldest value of each range was accepted, in whole ms. */
  readonly ages: readonly number[];
}

/**
 * Looks up the values of ranges, and remembers them while one batch after another leaves: the members usually lack the
 * same values, so each value is looked up once, and not once per member. A value under a dot never changes, so what is
 * remembered stays right; the owner forgets it to free memory.
 *
 * Most members get the same list. Its content is made once and shared by their messages, down to the arrays in them, so
 * that a transport and the receivers in this process can share their work as well.
 */
export class RangeContents {
  private readonly contents = new Map<string, RangeContent>();
  private readonly parts = new Map<string, readonly DotRange[]>();
  /** The latest list that was divided, and its parts. */
  private lastDivided: { readonly ranges: readonly DotRange[]; readonly parts: readonly DotRange[] } | undefined;
  private readonly valuesIn = latest((ranges: readonly DotRange[]) => this.valuesOf(ranges));
  private readonly agesIn = latest((ranges: readonly DotRange[], now: number) =>
    ranges.map((range) => Math.max(0, Math.round(now - this.of(range).oldest))),
  );
  private readonly bytesIn = latest((ranges: readonly DotRange[]) => this.sizeOf(ranges));
  private readonly bytesOfOld = latest((ranges: readonly DotRange[], time: number) => {
    const old = ranges.filter((range) => this.of(range).oldest <= time);
    return this.sizeOf(old);
  });

  constructor(private readonly deps: { readonly values: ValueLog }) {}

  /** The content of a range. */
  of(range: DotRange): RangeContent {
    return remember(this.contents, range, () => this.lookUp(range));
  }

  /** About the size of the ranges and their values in a message, in bytes: an upper bound but for the commas between values. */
  bytesOf(ranges: readonly DotRange[]): number {
    return this.bytesIn(ranges);
  }

  /** The same of those ranges whose oldest value was accepted at `time` or before, by this node's clock. */
  bytesBefore(ranges: readonly DotRange[], time: number): number {
    return this.bytesOfOld(ranges, time);
  }

  /** The content of a message with these ranges that leaves at `now`, in ms. */
  ofList(ranges: readonly DotRange[], now: number): ListContent {
    return { values: this.valuesIn(ranges), ages: this.agesIn(ranges, now) };
  }

  /**
   * The ranges, divided so that the values of each one have about the same age. The same ranges have the same list, until
   * others are divided.
   */
  splitByAge(ranges: readonly DotRange[]): readonly DotRange[] {
    if (this.lastDivided === undefined || !areSame(ranges, this.lastDivided.ranges))
      this.lastDivided = { ranges, parts: this.divided(ranges) };
    return this.lastDivided.parts;
  }

  /** Forgets everything. */
  clear(): void {
    this.contents.clear();
    this.parts.clear();
    this.lastDivided = undefined;
    this.valuesIn.forget();
    this.agesIn.forget();
    this.bytesIn.forget();
    this.bytesOfOld.forget();
  }

  private divided(ranges: readonly DotRange[]): readonly DotRange[] {
    const { values } = this.deps;
    const parts = ranges.flatMap((range) =>
      range[2] === 1 ? [range] : remember(this.parts, range, () => values.splitByAge(range, BATCHING.ageStep)),
    );
    if (parts.length === ranges.length) return ranges;
    values.noteStretch(parts, values.stretchOf(ranges));
    return parts;
  }

  /** The values of all ranges, in order. */
  private valuesOf(ranges: readonly DotRange[]): readonly JsonValue[] {
    const [only = [], ...others] = ranges.map((range) => this.of(range).values);
    // `concat` takes a small part of the time of `flatMap`.
    return others.length === 0 ? only : only.concat(...others);
  }

  private sizeOf(ranges: readonly DotRange[]): number {
    let bytes = 0;
    for (const range of ranges) bytes += rangeSizeBound(range) + this.of(range).bytes;
    return bytes;
  }

  private lookUp(range: DotRange): RangeContent {
    const { values: log } = this.deps;
    const values = log.valuesOf(range);
    const bytes = values.reduce<number>((sum, value) => sum + jsonSizeBound(value), 0);
    return { values, bytes, oldest: log.oldest([range]) };
  }
}

/** An upper bound of what a range takes in a message besides its values: in `dots` and `ages`, in bytes. */
export function rangeSizeBound([actor]: DotRange): number {
  return actor.length + 32;
}

function areSame(some: readonly DotRange[], others: readonly DotRange[]): boolean {
  if (some === others) return true;
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) {
    const [actor, first, count] = some[at] as DotRange;
    const [otherActor, otherFirst, otherCount] = others[at] as DotRange;
    if (actor !== otherActor || first !== otherFirst || count !== otherCount) return false;
  }
  return true;
}

function remember<Found>(known: Map<string, Found>, range: DotRange, find: () => Found): Found {
  const key = range.join();
  let found = known.get(key);
  if (found === undefined) {
    found = find();
    if (known.size >= BATCHING.rememberedRanges) known.clear();
    known.set(key, found);
  }
  return found;
}
