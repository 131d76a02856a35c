import type { Author, DotRun } from "./dot.js";
import type { JsonValue } from "./json-value.js";
import { ValueSet } from "./value-set.js";
import { VersionVector } from "./version-vector.js";

interface Entry {
  readonly value: JsonValue;
  /** When some member accepted the value, as well as this node can tell, by this node's clock, in ms. */
  readonly acceptedAt: number;
}

/** What came from an earlier life is taken to be this old, in ms: on its way from nobody any more. */
const RECOVERED_AGE = 60_000;

/** Every value that this node knows, by dot; the one place that holds them. */
export class ValueLog {
  /** What this node knows. To be read only: it grows through `accept` and `learn`. */
  readonly known = new VersionVector();
  private readonly entries = new Map<Author, Map<number, Entry>>();
  private readonly set = new ValueSet();
  /** What earlier lives left. */
  readonly recovered = new VersionVector();

  /**
   * @param author this node, in this incarnation: the author of the values that it accepts
   * @param record told of every value that comes in, so that it can be written down
   */
  constructor(
    private readonly author: Author,
    private readonly record: (author: Author, number: number, value: JsonValue) => void = () => {},
  ) {}

  /** Takes in what an earlier life wrote down; a dot may come twice. */
  recover(records: Iterable<{ author: Author; number: number; value: JsonValue }>, now: number): void {
    for (const { author, number, value } of records) {
      if (this.known.has(author, number)) continue;
      this.set.add(value);
      this.store(author, number, { value, acceptedAt: now - RECOVERED_AGE });
      this.recovered.add([author, number, 1]);
    }
  }

  /** Stores a client's value under a new dot; false if the value is here already, and nothing needs to travel. */
  accept(value: JsonValue, now: number): boolean {
    if (!this.set.add(value)) return false;
    const number = this.known.max(this.author) + 1;
    this.store(this.author, number, { value, acceptedAt: now });
    this.record(this.author, number, value);
    return true;
  }

  /**
   * Stores other members' values.
   * @param acceptedAt for each run when its oldest value was accepted, by this node's clock, in ms
   * @returns the dots that were new, one by one
   */
  learn(dots: readonly DotRun[], values: readonly JsonValue[], acceptedAt: readonly number[]): DotRun[] {
    let index = 0;
    const fresh: DotRun[] = [];
    for (const [position, [author, first, count]] of dots.entries()) {
      for (let number = first; number < first + count; number++, index++) {
        // What this node accepted it knows; anything else in its name is forged, and would spoil its numbering.
        if (author === this.author || this.known.has(author, number)) continue;
        const value = values[index] as JsonValue;
        this.set.add(value);
        this.store(author, number, { value, acceptedAt: acceptedAt[position] as number });
        this.record(author, number, value);
        fresh.push([author, number, 1]);
      }
    }
    return fresh;
  }

  /** How many values are here. */
  get size(): number {
    return this.set.size;
  }

  /** Every value, each once, in the order in which they came. */
  values(): readonly JsonValue[] {
    return this.set.values();
  }

  valueOf(author: Author, number: number): JsonValue {
    return this.entryOf(author, number).value;
  }

  /** When the oldest of the given values was accepted, by this node's clock, in ms; `Infinity` for none. */
  oldest(dots: Iterable<DotRun>): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const [author, first, count] of dots)
      for (let number = first; number < first + count; number++)
        oldest = Math.min(oldest, this.entryOf(author, number).acceptedAt);
    return oldest;
  }

  /** The run in parts whose values were accepted within `step` ms of one another. */
  splitByAge([author, first, count]: DotRun, step: number): DotRun[] {
    const parts: DotRun[] = [];
    let start = first;
    let oldest = this.entryOf(author, first).acceptedAt;
    let newest = oldest;
    for (let number = first + 1; number < first + count; number++) {
      const { acceptedAt } = this.entryOf(author, number);
      oldest = Math.min(oldest, acceptedAt);
      newest = Math.max(newest, acceptedAt);
      if (newest - oldest <= step) continue;
      parts.push([author, start, number - start]);
      start = number;
      oldest = newest = acceptedAt;
    }
    parts.push([author, start, first + count - start]);
    return parts;
  }

  /** The dots of all values that were accepted before `time`, by this node's clock, in ms. */
  *acceptedBefore(time: number): Generator<DotRun> {
    for (const [author, entries] of this.entries)
      for (const [number, { acceptedAt }] of entries) if (acceptedAt < time) yield [author, number, 1];
  }

  /** Those of the given values that were accepted after `time`, by this node's clock, in ms. */
  acceptedAfter(time: number, dots: Iterable<DotRun>): VersionVector {
    const young = new VersionVector();
    for (const [author, first, count] of dots)
      for (let number = first; number < first + count; number++)
        if (this.entryOf(author, number).acceptedAt > time) young.add([author, number, 1]);
    return young;
  }

  private entryOf(author: Author, number: number): Entry {
    const entry = this.entries.get(author)?.get(number);
    if (entry === undefined) throw new RangeError(`no value is known for number ${number} of ${author}`);
    return entry;
  }

  private store(author: Author, number: number, entry: Entry): void {
    let entries = this.entries.get(author);
    if (entries === undefined) {
      entries = new Map();
      this.entries.set(author, entries);
    }
    entries.set(number, entry);
    this.known.add([author, number, 1]);
  }
}
