import { RETENTION } from "../config.js";
import { ACTORS } from "./actor-table.js";
import { Arrivals, type Stretch } from "./arrivals.js";
import type { ActorId, DotRange } from "./dot.js";
import { HiddenValues } from "./hidden-values.js";
import type { JsonValue } from "./json-value.js";
import { keyOf, ValueSet } from "./value-set.js";
import { VersionVector } from "./version-vector.js";

/** A value under its dot. */
export interface DottedValue {
  readonly author: ActorId;
  readonly number: number;
  readonly value: JsonValue;
  /** When it was accepted, by this node's clock, in ms; present where the value is delivered. */
  readonly acceptedAt?: number;
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

/** State that refers to arrival numbers of a log. */
export interface LogFollower {
  /** Dots become known that never arrive. */
  skip(dots: readonly DotRange[]): void;
  /** Arrival numbers change. Numbers below the end of `arrivals` are void from now on. */
  settle(): void;
}

/**
 * Holds every value that this node knows, by dot. The protocol uses values at once. Reads (`has`, `values`, `dotted`)
 * show only durable values, so that a value never disappears after it was seen.
 */
export class ValueLog {
  /** The dots that this node knows. Read-only, like `held`. */
  readonly known = new VersionVector();
  /** The dots of `known` whose values are here, if some are not. */
  private remaining: VersionVector | undefined;
  /** The values that came here, in the order of arrival. Read-only. */
  readonly arrivals = new Arrivals();
  private readonly set: ValueSet;
  /** For each value's content, the dot under which it first came; built on the first use. */
  private firstDots: Map<string | number, readonly [ActorId, number]> | undefined;
  private readonly hidden = new HiddenValues(this.arrivals);
  /** Dots that earlier incarnations left in the journal. */
  readonly recovered = new VersionVector();
  /** The incarnations that this process has had. */
  private readonly own = new Set<ActorId>();

  private follower: LogFollower | undefined;
  /** The latest list of dots that arrived one after the other. */
  private lastStretch: (Stretch & { readonly dots: readonly DotRange[] }) | undefined;
  /** The stretches of such lists, as long as arrival numbers stay the same. */
  private stretches = new WeakMap<object, Stretch>();

  /**
   * @param actor this node in its present incarnation, which accepts values
   * @param record called with every new value, so that it can be stored
   */
  constructor(
    private actor: ActorId,
    private readonly record: (value: DottedValue) => void = () => {},
    private readonly options: ValueLogOptions = {},
  ) {
    this.set = new ValueSet(options.allowDuplicates);
    this.own.add(actor);
  }

  /** Informs the follower before such changes. */
  followedBy(follower: LogFollower): void {
    this.follower = follower;
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
    if (gone.length > 0) this.remaining ??= this.known.copy();
    for (const range of gone) {
      this.known.add(range);
      this.recovered.add(range);
    }
    for (const { author: actor, number, value } of records) {
      if (this.known.has(actor, number)) continue;
      const isNew = this.set.add(value);
      this.store(ACTORS.add(actor), number, value, now - RETENTION.recoveredAge, isNew);
      if (isNew) this.firstDots?.set(keyOf(value), [actor, number]);
      this.recovered.add([actor, number, 1]);
    }
    this.hidden.show(this.arrivals.end);
  }

  /** Stores a client's value under a new dot; returns false if the value is here already. */
  accept(value: JsonValue, now: number): boolean {
    if (this.options.allowDuplicates) this.set.add(value);
    else if (!this.set.addNew(value)) return false;
    const number = this.known.max(this.actor) + 1;
    this.store(ACTORS.add(this.actor), number, value, now, true);
    this.hidden.add();
    this.firstDots?.set(keyOf(value), [this.actor, number]);
    this.record({ author: this.actor, number, value });
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
    for (const [position, range] of dots.entries()) {
      const [actor, first, count] = range;
      const by = ACTORS.add(actor);
      for (let number = first; number < first + count; number++, index++) {
        // This node knows all values of its own actor. Others under that name are forged, and would corrupt the numbering.
        if (this.own.has(actor) || this.known.hasNumber(by, number)) continue;
        const value = values[index] as JsonValue;
        const isNew = this.set.add(value);
        this.store(by, number, value, acceptedAt[position] as number, isNew);
        if (isNew) this.hidden.add();
        if (isNew) this.firstDots?.set(keyOf(value), [actor, number]);
        this.record({ author: actor, number, value });
        fresh.push(count === 1 ? range : [actor, number, 1]);
      }
    }
    if (fresh.length > 0) this.showWhenDurable();
    return fresh;
  }

  /** The dots of `known` whose values are here: all of them, unless some were deleted. Read-only. */
  get held(): VersionVector {
    return this.remaining ?? this.known;
  }

  /**
   * Deletes values, which must be durable. Their dots stay known, so the values do not come back. An equal value that is
   * broadcast later is new.
   */
  compact(dots: readonly DotRange[]): void {
    if (dots.length === 0) return;
    const values: JsonValue[] = [];
    this.remaining ??= this.known.copy();
    for (const range of dots) {
      this.forEachArrival(range, (arrival) => {
        values.push(this.arrivals.valueAt(arrival) as JsonValue);
        this.arrivals.delete(arrival);
      });
      this.remaining.remove(range);
    }
    this.firstDots = undefined;
    this.set.remove(values);
    if (this.arrivals.isSparse) {
      this.follower?.settle();
      this.arrivals.compress();
      this.lastStretch = undefined;
      this.stretches = new WeakMap();
    }
    this.options.forgotten?.(dots);
  }

  /** The dots that this node knows and `theirs` lacks, and whose values are deleted here. */
  compactedBeyond(theirs: VersionVector): VersionVector {
    if (this.remaining === undefined) return new VersionVector();
    const gone = VersionVector.of(this.known.without(theirs));
    gone.subtract(this.held);
    return gone;
  }

  /** The dots that this node knows and whose values are not here. */
  gone(): DotRange[] {
    return this.remaining === undefined ? [] : [...this.known.without(this.remaining)];
  }

  /**
   * Gives up dots that never came here and whose values other members have deleted. They count as known, so they are
   * not requested again. Without a listener for missed values no value may be missed, so the claim is ignored.
   */
  compactTo(gone: VersionVector): void {
    if (this.options.missed === undefined) return;
    const missed = [...gone.without(this.known)].filter(([actor]) => !this.own.has(actor));
    if (missed.length === 0) return;
    this.follower?.skip(missed);
    this.remaining ??= this.known.copy();
    for (const range of missed) this.known.add(range);
    this.options.forgotten?.(missed);
    this.options.missed(missed);
  }

  /** The dots that arrived at this number or later, in the order of `known`: one list, until the next value arrives. */
  arrivedSince(arrival: number): readonly DotRange[] {
    const to = this.arrivals.end;
    if (this.lastStretch?.from === arrival && this.lastStretch.to === to) return this.lastStretch.dots;
    const arrived = new VersionVector();
    for (let at = arrival; at < to; ) {
      const next = this.arrivals.runEnd(at, to);
      const number = this.arrivals.numberAt(at);
      arrived.addNumbers(this.arrivals.actorAt(at), number, number + next - at - 1);
      at = next;
    }
    const dots = [...this.known.meet(arrived).ranges()];
    this.lastStretch = { from: arrival, to, dots };
    this.noteStretch(dots, this.lastStretch);
    return dots;
  }

  /** Where these dots arrived, if they are a list of `arrivedSince`, or were noted to be the same. */
  stretchOf(dots: Iterable<DotRange>): Stretch | undefined {
    return this.stretches.get(dots);
  }

  /** Notes that a list has exactly the dots of a stretch, if any. */
  noteStretch(dots: readonly DotRange[], stretch: Stretch | undefined): void {
    if (stretch !== undefined) this.stretches.set(dots, { from: stretch.from, to: stretch.to });
  }

  /** Number of values. Equal values under several dots count once, unless duplicates are allowed. */
  get size(): number {
    return this.set.size;
  }

  /** Number of dots whose values are here. */
  get heldCount(): number {
    return this.arrivals.heldCount;
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
    return this.arrived(this.hidden.durable);
  }

  /** The distinct values that arrived before `before`, each with its first dot. */
  private arrived(before: number): DottedValue[] {
    const found: DottedValue[] = [];
    const { arrivals } = this;
    for (const arrival of this.heldArrivals())
      if (arrival < before && arrivals.isNew(arrival)) found.push(this.dottedAt(arrival));
    return found;
  }

  private dottedAt(arrival: number): DottedValue {
    const { arrivals } = this;
    return {
      author: ACTORS.idOf(arrivals.actorAt(arrival)),
      number: arrivals.numberAt(arrival),
      value: arrivals.valueAt(arrival) as JsonValue,
    };
  }

  /** Each durable value, and when it was accepted, by this node's clock, in ms. */
  *ages(): Generator<{
    readonly actor: ActorId;
    readonly number: number;
    readonly value: JsonValue;
    readonly acceptedAt: number;
  }> {
    const { arrivals } = this;
    for (const arrival of this.heldArrivals()) {
      if (arrival >= this.hidden.durable) return;
      const actor = ACTORS.idOf(arrivals.actorAt(arrival));
      const value = arrivals.valueAt(arrival) as JsonValue;
      yield { actor, number: arrivals.numberAt(arrival), value, acceptedAt: arrivals.acceptedAt(arrival) };
    }
  }

  /** The first dot of an equal value; `undefined` if there is none. If duplicates are allowed, the dot of one of them. */
  dotOf(value: JsonValue): readonly [ActorId, number] | undefined {
    this.firstDots ??= new Map(
      this.arrived(this.arrivals.end).map(({ author, number, value }) => [keyOf(value), [author, number]]),
    );
    return this.firstDots.get(keyOf(value));
  }

  /**
   * The values of a range, in order.
   * @throws {RangeError} if one of them is not here
   */
  valuesOf(range: DotRange): JsonValue[] {
    const values: JsonValue[] = [];
    this.forEachArrival(range, (arrival) => values.push(this.arrivals.valueAt(arrival) as JsonValue));
    return values;
  }

  /** When the oldest of these values was accepted, by this node's clock, in ms; `Infinity` if there are none. */
  oldest(dots: Iterable<DotRange>): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const range of dots)
      this.forEachArrival(range, (arrival) => {
        oldest = Math.min(oldest, this.arrivals.acceptedAt(arrival));
      });
    return oldest;
  }

  /** Splits the range so that the values of each part were accepted within `step` ms. */
  splitByAge(range: DotRange, step: number): DotRange[] {
    const [actor, first, count] = range;
    const parts: DotRange[] = [];
    let start = first;
    let number = first;
    let oldest = Number.POSITIVE_INFINITY;
    let newest = Number.NEGATIVE_INFINITY;
    this.forEachArrival(range, (arrival) => {
      const acceptedAt = this.arrivals.acceptedAt(arrival);
      oldest = Math.min(oldest, acceptedAt);
      newest = Math.max(newest, acceptedAt);
      if (newest - oldest > step) {
        parts.push([actor, start, number - start]);
        start = number;
        oldest = newest = acceptedAt;
      }
      number++;
    });
    parts.push([actor, start, first + count - start]);
    return parts;
  }

  /** The dots of all values accepted before `time`, by this node's clock, in ms. */
  *acceptedBefore(time: number): Generator<DotRange> {
    const { arrivals } = this;
    for (const arrival of this.heldArrivals())
      if (arrivals.acceptedAt(arrival) < time)
        yield [ACTORS.idOf(arrivals.actorAt(arrival)), arrivals.numberAt(arrival), 1];
  }

  /** The dots of those values that were accepted after `time`, by this node's clock, in ms. */
  acceptedAfter(time: number, dots: Iterable<DotRange>): VersionVector {
    const young = new VersionVector();
    const { arrivals } = this;
    for (const range of dots)
      this.forEachArrival(range, (arrival) => {
        const number = arrivals.numberAt(arrival);
        if (arrivals.acceptedAt(arrival) > time) young.addNumbers(arrivals.actorAt(arrival), number, number);
      });
    return young;
  }

  /** Each actor's latest known dots, if they were accepted after `time`, by this node's clock, in ms. */
  youngestAfter(time: number): DotRange[] {
    const latest = new Map<ActorId, number>();
    for (const [actor, first, count] of this.known.ranges()) latest.set(actor, first + count - 1);
    const young: DotRange[] = [];
    for (const [actor, last] of latest) {
      let first = last;
      while (this.acceptedAt(actor, first) > time) first--;
      if (first < last) young.push([actor, first + 1, last - first]);
    }
    return young;
  }

  /** When a value was accepted, by this node's clock, in ms; `-Infinity` if it is not here. */
  private acceptedAt(actor: ActorId, number: number): number {
    const arrival = this.arrivals.find(ACTORS.find(actor) ?? -1, number);
    return arrival < 0 ? Number.NEGATIVE_INFINITY : this.arrivals.acceptedAt(arrival);
  }

  /** Arrival numbers of the values that are here. */
  private *heldArrivals(): Generator<number> {
    for (const arrival of this.arrivals) if (this.arrivals.valueAt(arrival) !== undefined) yield arrival;
  }

  /** Visits the arrival numbers of the values of a range, in order. Values that came one after the other take little time. */
  private forEachArrival([actor, first, count]: DotRange, visit: (arrival: number) => void): void {
    const by = ACTORS.find(actor) ?? -1;
    for (let number = first; number < first + count; ) {
      const from = this.arrivals.find(by, number);
      if (from < 0) throw unknown(actor, number);
      const to = this.arrivals.runEnd(from, from + first + count - number);
      number += to - from;
      for (let arrival = from; arrival < to; arrival++) visit(arrival);
    }
  }

  private showWhenDurable(): void {
    const { end } = this.arrivals;
    const { whenDurable } = this.options;
    if (whenDurable === undefined) this.show(end);
    else whenDurable(() => this.show(end));
  }

  /** The values that arrived before `end` are durable. */
  private show(end: number): void {
    const { hidden, arrivals } = this;
    const { delivered } = this.options;
    if (end <= hidden.durable) return;
    const withTime = (arrival: number) => ({ ...this.dottedAt(arrival), acceptedAt: arrivals.acceptedAt(arrival) });
    const shown = delivered && Array.from(hidden.before(end), withTime);
    hidden.show(end);
    if (shown !== undefined && shown.length > 0) delivered?.(shown);
  }

  /** @param by the actor's number in `ACTORS` */
  private store(by: number, number: number, value: JsonValue, acceptedAt: number, isNew: boolean): void {
    this.arrivals.append(by, number, value, acceptedAt, isNew);
    this.known.addNumbers(by, number, number);
    this.remaining?.addNumbers(by, number, number);
  }
}

function unknown(actor: ActorId, number: number): RangeError {
  return new RangeError(`value ${number} of ${actor} is unknown`);
}
