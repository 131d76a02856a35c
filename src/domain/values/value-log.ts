import { RETENTION } from "../config.js";
import type { ActorId, DotRange } from "./dot.js";
import { HiddenValues } from "./hidden-values.js";
import type { JsonValue } from "./json-value.js";
import { keyOf, ValueSet } from "./value-set.js";
import { VersionVector } from "./version-vector.js";

interface Entry {
  readonly value: JsonValue;
  /** When a member accepted the value, by this node's clock, in ms; estimated if it was another member. */
  readonly acceptedAt: number;
  /** The value's position in the order of arrival. */
  readonly arrival: number;
  /** Whether no equal value was here before. */
  readonly isNew: boolean;
}

/** A value under its dot. */
export interface DottedValue {
  readonly author: ActorId;
  readonly number: number;
  readonly value: JsonValue;
}

/** Options and listeners of a log. */
export interface ValueLogOptions {
  /** Whether equal values under different dots are separate values. Default: false. */
  readonly allowDuplicates?: boolean;
  /**
   * Calls `task` once everything recorded so far survives a crash of this node. Until then reads and listeners do not
   * show it. Default: at once.
   */
  readonly whenDurable?: (task: () => void) => void;
  /** Called once for every value that becomes visible to reads, of any member, but not for recovered values. */
  readonly delivered?: (values: readonly DottedValue[]) => void;
  /** Called with dots whose values are not here and will never arrive, because other members have deleted them. */
  readonly missed?: (dots: readonly DotRange[]) => void;
  /** Called with dots whose values need not survive any more. The dots themselves must survive. */
  readonly forgotten?: (dots: readonly DotRange[]) => void;
}

/**
 * Holds every value that this node knows, by dot. The protocol uses values at once. Reads (`has`, `values`, `dotted`)
 * show only durable values, so that a value never disappears after it was seen.
 */
export class ValueLog {
  /** The dots that this node knows. Read-only, like `held`. */
  readonly known = new VersionVector();
  /** The dots of `known` whose values are here: all of them, unless some were deleted. */
  readonly held = new VersionVector();
  private readonly entries = new Map<ActorId, Map<number, Entry>>();
  private readonly set: ValueSet;
  /** For each value's content, the dot under which it first came; built on the first use. */
  private firstDots: Map<string | number, readonly [ActorId, number]> | undefined;
  private count = 0;
  private arrivals = 0;
  /** Arrival number up to which values are durable. */
  private durable = 0;
  private readonly hidden = new HiddenValues<DottedValue>();
  /** Dots that earlier incarnations left in the journal. */
  readonly recovered = new VersionVector();
  /** The incarnations that this process has had. */
  private readonly own = new Set<ActorId>();

  /**
   * @param actor this node in its present incarnation, which accepts values
   * @param record called with every new value, so that it can be stored
   */
  constructor(
    private actor: ActorId,
    private readonly record: (actor: ActorId, number: number, value: JsonValue) => void = () => {},
    private readonly options: ValueLogOptions = {},
  ) {
    this.set = new ValueSet(options.allowDuplicates);
    this.own.add(actor);
  }

  /** The node continues with a new incarnation, which is the actor of later values. */
  startIncarnation(actor: ActorId): void {
    this.actor = actor;
    this.own.add(actor);
  }

  /**
   * Restores the records of earlier incarnations; a dot may occur twice.
   * @param gone known dots whose values were deleted
   */
  recover(records: Iterable<DottedValue>, now: number, gone: readonly DotRange[] = []): void {
    for (const range of gone) {
      this.known.add(range);
      this.recovered.add(range);
    }
    for (const { author: actor, number, value } of records) {
      if (this.known.has(actor, number)) continue;
      this.store(actor, number, value, now - RETENTION.recoveredAge, this.set.add(value));
      this.recovered.add([actor, number, 1]);
    }
    this.durable = this.arrivals;
  }

  /** Stores a client's value under a new dot; returns false if the value is here already. */
  accept(value: JsonValue, now: number): boolean {
    if (!this.options.allowDuplicates && this.set.has(value)) return false;
    this.set.add(value);
    const number = this.known.max(this.actor) + 1;
    this.hidden.add({ author: this.actor, number, value }, this.arrivals);
    this.store(this.actor, number, value, now, true);
    this.record(this.actor, number, value);
    this.showWhenDurable();
    return true;
  }

  /**
   * Stores values of other members.
   * @param acceptedAt for each range, when its oldest value was accepted, by this node's clock, in ms
   * @returns the new dots, one by one
   */
  merge(dots: readonly DotRange[], values: readonly JsonValue[], acceptedAt: readonly number[]): DotRange[] {
    let index = 0;
    const fresh: DotRange[] = [];
    for (const [position, [actor, first, count]] of dots.entries()) {
      for (let number = first; number < first + count; number++, index++) {
        // This node knows all values of its own actor. Others under that name are forged, and would corrupt the numbering.
        if (this.own.has(actor) || this.known.has(actor, number)) continue;
        const value = values[index] as JsonValue;
        const isNew = this.set.add(value);
        if (isNew) this.hidden.add({ author: actor, number, value }, this.arrivals);
        this.store(actor, number, value, acceptedAt[position] as number, isNew);
        this.record(actor, number, value);
        fresh.push([actor, number, 1]);
      }
    }
    if (fresh.length > 0) this.showWhenDurable();
    return fresh;
  }

  /** Deletes values. Their dots stay known, so the values do not come back. An equal value that is broadcast later is new. */
  compact(dots: readonly DotRange[]): void {
    const values: JsonValue[] = [];
    for (const range of dots) {
      const [actor, first, count] = range;
      const entries = this.entries.get(actor);
      for (let number = first; number < first + count; number++) {
        values.push(this.entryOf(actor, number).value);
        entries?.delete(number);
      }
      if (entries?.size === 0) this.entries.delete(actor);
      this.held.remove(range);
    }
    if (values.length === 0) return;
    this.firstDots = undefined;
    this.count -= values.length;
    this.set.remove(values);
    this.options.forgotten?.(dots);
  }

  /** The dots that this node knows and `theirs` lacks, and whose values are deleted here. */
  compactedBeyond(theirs: VersionVector): VersionVector {
    const gone = VersionVector.of(this.known.without(theirs));
    for (const range of this.held.ranges()) gone.remove(range);
    return gone;
  }

  /**
   * Gives up dots that never came here and whose values other members have deleted. They count as known, so they are
   * not requested again. Without a listener for missed values no value may be missed, so the claim is ignored.
   */
  compactTo(gone: VersionVector): void {
    if (this.options.missed === undefined) return;
    const missed = [...gone.without(this.known)].filter(([actor]) => !this.own.has(actor));
    if (missed.length === 0) return;
    for (const range of missed) this.known.add(range);
    this.options.forgotten?.(missed);
    this.options.missed(missed);
  }

  /** Number of values. Equal values under several dots count once, unless duplicates are allowed. */
  get size(): number {
    return this.set.size;
  }

  /** Number of dots whose values are here. */
  get heldCount(): number {
    return this.count;
  }

  /** Whether reads show the value. */
  has(value: JsonValue): boolean {
    const hidden = this.hidden.count(keyOf(value));
    if (hidden === 0) return this.set.has(value);
    return this.options.allowDuplicates === true && this.set.count(value) > hidden;
  }

  /** The values that reads show, in the order of arrival. Equal values are listed once, unless duplicates are allowed. */
  values(): readonly JsonValue[] {
    const values = this.set.values();
    // Hidden values are the last ones, because values become visible in the order of arrival.
    return this.hidden.size === 0 ? values : values.slice(0, -this.hidden.size);
  }

  /** The same values, each with its first dot. */
  dotted(): DottedValue[] {
    return this.arrived(this.durable);
  }

  /** The distinct values that arrived before `before`, each with its first dot. */
  private arrived(before: number): DottedValue[] {
    const found: (DottedValue & { readonly arrival: number })[] = [];
    for (const [actor, entries] of this.entries)
      for (const [number, { value, arrival, isNew }] of entries)
        if (isNew && arrival < before) found.push({ author: actor, number, value, arrival });
    return found.sort((one, other) => one.arrival - other.arrival);
  }

  /** When each durable value was accepted, by this node's clock, in ms. */
  *ages(): Generator<{ readonly actor: ActorId; readonly number: number; readonly acceptedAt: number }> {
    for (const [actor, entries] of this.entries)
      for (const [number, { acceptedAt, arrival }] of entries)
        if (arrival < this.durable) yield { actor, number, acceptedAt };
  }

  /** The first dot of an equal value; `undefined` if there is none. If duplicates are allowed, the dot of one of them. */
  dotOf(value: JsonValue): readonly [ActorId, number] | undefined {
    this.firstDots ??= new Map(
      this.arrived(this.arrivals).map(({ author, number, value }) => [keyOf(value), [author, number]]),
    );
    return this.firstDots.get(keyOf(value));
  }

  valueOf(actor: ActorId, number: number): JsonValue {
    return this.entryOf(actor, number).value;
  }

  /** When the oldest of these values was accepted, by this node's clock, in ms; `Infinity` if there are none. */
  oldest(dots: Iterable<DotRange>): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const [actor, first, count] of dots)
      for (let number = first; number < first + count; number++)
        oldest = Math.min(oldest, this.entryOf(actor, number).acceptedAt);
    return oldest;
  }

  /** Splits the range so that the values of each part were accepted within `step` ms. */
  splitByAge([actor, first, count]: DotRange, step: number): DotRange[] {
    const parts: DotRange[] = [];
    let start = first;
    let oldest = this.entryOf(actor, first).acceptedAt;
    let newest = oldest;
    for (let number = first + 1; number < first + count; number++) {
      const { acceptedAt } = this.entryOf(actor, number);
      oldest = Math.min(oldest, acceptedAt);
      newest = Math.max(newest, acceptedAt);
      if (newest - oldest <= step) continue;
      parts.push([actor, start, number - start]);
      start = number;
      oldest = newest = acceptedAt;
    }
    parts.push([actor, start, first + count - start]);
    return parts;
  }

  /** The dots of all values accepted before `time`, by this node's clock, in ms. */
  *acceptedBefore(time: number): Generator<DotRange> {
    for (const [actor, entries] of this.entries)
      for (const [number, { acceptedAt }] of entries) if (acceptedAt < time) yield [actor, number, 1];
  }

  /** The dots of those values that were accepted after `time`, by this node's clock, in ms. */
  acceptedAfter(time: number, dots: Iterable<DotRange>): VersionVector {
    const young = new VersionVector();
    for (const [actor, first, count] of dots)
      for (let number = first; number < first + count; number++)
        if (this.entryOf(actor, number).acceptedAt > time) young.add([actor, number, 1]);
    return young;
  }

  private entryOf(actor: ActorId, number: number): Entry {
    const entry = this.entries.get(actor)?.get(number);
    if (entry === undefined) throw new RangeError(`value ${number} of ${actor} is unknown`);
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

  private store(actor: ActorId, number: number, value: JsonValue, acceptedAt: number, isNew: boolean): void {
    let entries = this.entries.get(actor);
    if (entries === undefined) {
      entries = new Map();
      this.entries.set(actor, entries);
    }
    entries.set(number, { value, acceptedAt, arrival: this.arrivals++, isNew });
    if (isNew) this.firstDots?.set(keyOf(value), [actor, number]);
    this.count++;
    this.known.add([actor, number, 1]);
    this.held.add([actor, number, 1]);
  }
}
