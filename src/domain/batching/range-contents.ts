import { BATCHING } from "../config.js";
import type { DotRange } from "../values/dot.js";
import { type JsonValue, jsonSizeBound } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";

/** What messages need to know of a range of values. */
interface RangeContent {
  readonly values: readonly JsonValue[];
  /** Upper bound of the size of the values' JSON, in bytes. */
  readonly bytes: number;
  /** When the oldest of them was accepted, by this node's clock, in ms. */
  readonly oldest: number;
}

/**
 * Looks up the values of ranges, and remembers them while one batch after another leaves: the members usually lack the
 * same values, so each value is looked up once, and not once per member. A value under a dot never changes, so what is
 * remembered stays right; the owner forgets it to free memory.
 */
export class RangeContents {
  private readonly contents = new Map<string, RangeContent>();
  private readonly parts = new Map<string, readonly DotRange[]>();

  constructor(private readonly deps: { readonly values: ValueLog }) {}

  /** The content of a range. */
  of(range: DotRange): RangeContent {
    return remember(this.contents, range, () => this.lookUp(range));
  }

  /** The values of all ranges, in order. */
  valuesOf(ranges: readonly DotRange[]): readonly JsonValue[] {
    const [only, ...others] = ranges.map((range) => this.of(range).values);
    // `concat` takes a small part of the time of `flatMap`.
    return others.length === 0 ? (only ?? []) : (only ?? []).concat(...others);
  }

  /** The range, divided so that the values of each part have about the same age. */
  splitByAge(range: DotRange): readonly DotRange[] {
    return remember(this.parts, range, () => this.deps.values.splitByAge(range, BATCHING.ageStep));
  }

  /** Forgets everything. */
  clear(): void {
    this.contents.clear();
    this.parts.clear();
  }

  private lookUp(range: DotRange): RangeContent {
    const { values: log } = this.deps;
    const values = [...log.valuesOf(range)];
    const bytes = values.reduce<number>((sum, value) => sum + jsonSizeBound(value), 0);
    return { values, bytes, oldest: log.oldest([range]) };
  }
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
