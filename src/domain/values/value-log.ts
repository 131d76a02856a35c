import { RETENTION } from "../config.js";
import type { ActorId, DotRange } from "./dot.js";
import { HiddenValues } from "./hidden-values.js";
import type { JsonValue } from "./json-value.js";
import { keyOf, ValueSet } from "./value-set.js";
import { VersionVector } from "./version-vector.js";

interface Entry {
  readonly value: JsonValue;
  /** When some member accepted the value, as well as this node can tell, by this node's clock, in ms. */
  readonly acceptedAt: number;
  /** Its place in the order in which values came. */
  readonly arrival: number;
  /** False if an equal value was here that it is one with. */
  readonly isNew: boolean;
}

/** A value under its dot. */
export interface DottedValue {
  readonly author: ActorId;
  readonly number: number;
  readonly value: JsonValue;
}

/** What a log counts as a value, and whom it tells. */
export interface ValueLogOptions {
  /** Does each dot count, even of an equal value? Otherwise a value is its content. Default: false. */
  readonly allowDuplicates?: boolean;
  /**
   * Calls `task` once all that was recorded so far survives a crash of this node. Until then reads do not show it, and it is
   * not told of. Default: at once.
   */
  readonly whenDurable?: (task: () => void) => void;
  /** Told of every value that reads show from now on, once: this node's own and others', but not those of earlier lives. */
  readonly delivered?: (values: readonly DottedValue[]) => void;
  /** Told of dots whose values are not here and will not come: some other member had them once, and nobody has them now. */
  readonly missed?: (dots: readonly DotRange[]) => void;
  /** Told of dots whose values need not survive any more; that they were known has to. */
  readonly forgotten?: (dots: readonly DotRange[]) => void;
}

/**
 * Every value that this node knows, by dot; the one place that holds them. The protocol works with all of them at once; reads
 * (`has`, `values`, `dotted`) show those that survive a crash, so that no value is seen and then gone.
 */
export class ValueLog {
  /** The dots that this node knows. To be read only, like `held`. */
  readonly known = new VersionVector();
  /** Those of them whose values are here: all, as long as none is forgotten. */
  readonly held = new VersionVector();
  private readonly entries = new Map<ActorId, Map<number, Entry>>();
  private readonly set: ValueSet;
  /** For each value's content the dot under which it came first, once somebody has asked for one. */
  private firstDots: Map<string | number, readonly [ActorId, number]> | undefined;
  private count = 0;
  private arrivals = 0;
  /** The values that arrived before this one survive a crash. */
  private durable = 0;
  private readonly hidden = new HiddenValues<DottedValue>();
  /** What earlier lives left. */
  readonly recovered = new VersionVector();
  /** This node in the lives that this process has had. */
  private readonly own = new Set<ActorId>();

  /**
   * @param author this node, in this incarnation: the author of the values that it accepts
   * @param record told of every value that comes in, so that it can be written down
   */
  constructor(
    private author: ActorId,
    private readonly record: (author: ActorId, number: number, value: JsonValue) => void = () => {},
    private readonly options: ValueLogOptions = {},
  ) {
    this.set = new ValueSet(options.allowDuplicates);
    this.own.add(author);
  }

  /** This node goes on in a later life: the values that it accepts from now on are under this author. */
  startIncarnation(author: ActorId): void {
    this.author = author;
    this.own.add(author);
  }

  /**
   * Takes in what an earlier life wrote down; a dot may come twice.
   * @param gone dots that were known, and whose values were forgotten
   */
  recover(records: Iterable<DottedValue>, now: number, gone: readonly DotRange[] = []): void {
    for (const run of gone) {
      this.known.add(run);
      this.recovered.add(run);
    }
    for (const { author, number, value } of records) {
      if (this.known.has(author, number)) continue;
      this.store(author, number, value, now - RETENTION.recoveredAge, this.set.add(value));
      this.recovered.add([author, number, 1]);
    }
    this.durable = this.arrivals;
  }

  /** Stores a client's value under a new dot; false if the value is here already, and nothing needs to travel. */
  accept(value: JsonValue, now: number): boolean {
    if (!this.options.allowDuplicates && this.set.has(value)) return false;
    this.set.add(value);
    const number = this.known.max(this.author) + 1;
    this.hidden.add({ author: this.author, number, value }, this.arrivals);
    this.store(this.author, number, value, now, true);
    this.record(this.author, number, value);
    this.showWhenDurable();
    return true;
  }

  /**
   * Stores other members' values.
   * @param acceptedAt for each run when its oldest value was accepted, by this node's clock, in ms
   * @returns the dots that were new, one by one
   */
  merge(dots: readonly DotRange[], values: readonly JsonValue[], acceptedAt: readonly number[]): DotRange[] {
    let index = 0;
    const fresh: DotRange[] = [];
    for (const [position, [author, first, count]] of dots.entries()) {
      for (let number = first; number < first + count; number++, index++) {
        // What this node accepted it knows; anything else in its name is forged, and would spoil its numbering.
        if (this.own.has(author) || this.known.has(author, number)) continue;
        const value = values[index] as JsonValue;
        const isNew = this.set.add(value);
        if (isNew) this.hidden.add({ author, number, value }, this.arrivals);
        this.store(author, number, value, acceptedAt[position] as number, isNew);
        this.record(author, number, value);
        fresh.push([author, number, 1]);
      }
    }
    if (fresh.length > 0) this.showWhenDurable();
    return fresh;
  }

  /**
   * Lets go of values that are here. Their dots stay known, so that they do not come back; an equal value that is broadcast
   * later is new.
   */
  compact(dots: readonly DotRange[]): void {
    const values: JsonValue[] = [];
    for (const run of dots) {
      const [author, first, count] = run;
      const entries = this.entries.get(author);
      for (let number = first; number < first + count; number++) {
        values.push(this.entryOf(author, number).value);
        entries?.delete(number);
      }
      if (entries?.size === 0) this.entries.delete(author);
      this.held.remove(run);
    }
    if (values.length === 0) return;
    this.firstDots = undefined;
    this.count -= values.length;
    this.set.remove(values);
    this.options.forgotten?.(dots);
  }

  /** Of the dots that this node knows and `theirs` lacks, those whose values it cannot send any more. */
  compactedBeyond(theirs: VersionVector): VersionVector {
    const gone = new VersionVector();
    for (const run of this.known.without(theirs)) gone.add(run);
    for (const run of this.held.runs()) gone.remove(run);
    return gone;
  }

  /**
   * Gives up on values that others have forgotten and that never came here: they count as known, so that nobody asks for them
   * again. Where nobody is to be told of that, no value may be missed, and whoever says that some are gone is wrong.
   */
  compactTo(gone: VersionVector): void {
    if (this.options.missed === undefined) return;
    const missed = [...gone.without(this.known)].filter(([author]) => !this.own.has(author));
    if (missed.length === 0) return;
    for (const run of missed) this.known.add(run);
    this.options.forgotten?.(missed);
    this.options.missed(missed);
  }

  /** How many values are here; equal ones under several dots count as one, unless each counts. */
  get size(): number {
    return this.set.size;
  }

  /** How many dots' values are here. */
  get heldCount(): number {
    return this.count;
  }

  /** Do reads show the value? */
  has(value: JsonValue): boolean {
    const hidden = this.hidden.count(keyOf(value));
    if (hidden === 0) return this.set.has(value);
    return this.options.allowDuplicates === true && this.set.count(value) > hidden;
  }

  /** Every value that reads show, each once (unless equal ones count each), in the order in which they came. */
  values(): readonly JsonValue[] {
    const values = this.set.values();
    // Values are hidden in the order in which they come, and shown in the same order.
    return this.hidden.size === 0 ? values : values.slice(0, -this.hidden.size);
  }

  /** The same as `values`, each under the dot by which it came first. */
  dotted(): DottedValue[] {
    return this.arrived(this.durable);
  }

  /** The different values that arrived before one, each under the dot by which it came first. */
  private arrived(before: number): DottedValue[] {
    const found: (DottedValue & { readonly arrival: number })[] = [];
    for (const [author, entries] of this.entries)
      for (const [number, { value, arrival, isNew }] of entries)
        if (isNew && arrival < before) found.push({ author, number, value, arrival });
    return found.sort((one, other) => one.arrival - other.arrival);
  }

  /** When each value that survives a crash was accepted, by this node's clock, in ms. */
  *ages(): Generator<{ readonly author: ActorId; readonly number: number; readonly acceptedAt: number }> {
    for (const [author, entries] of this.entries)
      for (const [number, { acceptedAt, arrival }] of entries)
        if (arrival < this.durable) yield { author, number, acceptedAt };
  }

  /** The dot under which an equal value came first; `undefined` if none is here. Where equal values count each, one of theirs. */
  dotOf(value: JsonValue): readonly [ActorId, number] | undefined {
    this.firstDots ??= new Map(
      this.arrived(this.arrivals).map(({ author, number, value }) => [keyOf(value), [author, number]]),
    );
    return this.firstDots.get(keyOf(value));
  }

  valueOf(author: ActorId, number: number): JsonValue {
    return this.entryOf(author, number).value;
  }

  /** When the oldest of the given values was accepted, by this node's clock, in ms; `Infinity` for none. */
  oldest(dots: Iterable<DotRange>): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const [author, first, count] of dots)
      for (let number = first; number < first + count; number++)
        oldest = Math.min(oldest, this.entryOf(author, number).acceptedAt);
    return oldest;
  }

  /** The run in parts whose values were accepted within `step` ms of one another. */
  splitByAge([author, first, count]: DotRange, step: number): DotRange[] {
    const parts: DotRange[] = [];
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
  *acceptedBefore(time: number): Generator<DotRange> {
    for (const [author, entries] of this.entries)
      for (const [number, { acceptedAt }] of entries) if (acceptedAt < time) yield [author, number, 1];
  }

  /** Those of the given values that were accepted after `time`, by this node's clock, in ms. */
  acceptedAfter(time: number, dots: Iterable<DotRange>): VersionVector {
    const young = new VersionVector();
    for (const [author, first, count] of dots)
      for (let number = first; number < first + count; number++)
        if (this.entryOf(author, number).acceptedAt > time) young.add([author, number, 1]);
    return young;
  }

  private entryOf(author: ActorId, number: number): Entry {
    const entry = this.entries.get(author)?.get(number);
    if (entry === undefined) throw new RangeError(`no value is known for number ${number} of ${author}`);
    return entry;
  }

  private showWhenDurable(): void {
    const { arrivals } = this;
    const show = () => {
      if (arrivals <= this.durable) return;
      this.durable = arrivals;
      const shown = this.hidden.take(arrivals);
      if (shown.length > 0) this.options.delivered?.(shown);
    };
    if (this.options.whenDurable === undefined) show();
    else this.options.whenDurable(show);
  }

  private store(author: ActorId, number: number, value: JsonValue, acceptedAt: number, isNew: boolean): void {
    let entries = this.entries.get(author);
    if (entries === undefined) {
      entries = new Map();
      this.entries.set(author, entries);
    }
    entries.set(number, { value, acceptedAt, arrival: this.arrivals++, isNew });
    if (isNew) this.firstDots?.set(keyOf(value), [author, number]);
    this.count++;
    this.known.add([author, number, 1]);
    this.held.add([author, number, 1]);
  }
}
