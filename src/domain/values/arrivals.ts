import type { JsonValue } from "./json-value.js";

const NO_INTEGERS = new Int32Array(0);
const NO_NUMBERS = new Float64Array(0);
/** Least room for rows, and least number of deleted rows before the rest move together. */
const FEW = 8;
const MANY_DELETED = 1_024;

/** Values that came one after the other: from one arrival number up to, but not including, another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The values that came to this node, one row each, in the order of arrival: a column for each property, and a hash
 * table that finds the row of a dot. Actors are numbers of `ACTORS`. Rows are addressed by arrival number.
 */
export class Arrivals {
  private actors = NO_INTEGERS;
  private numbers = NO_NUMBERS;
  private times = NO_NUMBERS;
  /** `undefined` in a row whose value was deleted. */
  private values: (JsonValue | undefined)[] = [];
  /** Row plus one for each place; 0 if the place is free. */
  private index = NO_INTEGERS;
  private rows = 0;
  /** Arrival number of the first row. */
  private base = 0;
  private deleted = 0;
  /** Arrival numbers of values that had come before, under another dot. */
  private repeats = new Set<number>();

  /** Arrival number of the first row. */
  get start(): number {
    return this.base;
  }

  /** Arrival number of the next value. */
  get end(): number {
    return this.base + this.rows;
  }

  /** Number of values that are not deleted. */
  get heldCount(): number {
    return this.rows - this.deleted;
  }

  /** Arrival numbers of all rows, deleted ones included. */
  *[Symbol.iterator](): Generator<number> {
    for (let arrival = this.base; arrival < this.end; arrival++) yield arrival;
  }

  actorAt(arrival: number): number {
    return this.actors[arrival - this.base] as number;
  }

  numberAt(arrival: number): number {
    return this.numbers[arrival - this.base] as number;
  }

  /** When a member accepted the value, by this node's clock, in ms; estimated if it was another member. */
  acceptedAt(arrival: number): number {
    return this.times[arrival - this.base] as number;
  }

  /** The value; `undefined` if it was deleted. */
  valueAt(arrival: number): JsonValue | undefined {
    return this.values[arrival - this.base];
  }

  /** When the oldest of the values that came at this number or later was accepted; `Infinity` if none came. */
  oldestSince(arrival: number): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (let row = arrival - this.base; row < this.rows; row++) oldest = Math.min(oldest, this.times[row] as number);
    return oldest;
  }

  /** Whether no equal value had come before. */
  isNew(arrival: number): boolean {
    return !this.repeats.has(arrival);
  }

  /** Returns the arrival number of a dot whose value is here; -1 if there is none. */
  find(actor: number, number: number): number {
    const { index, actors, numbers } = this;
    if (index.length === 0) return -1;
    const mask = index.length - 1;
    for (let place = placeOf(actor, number, mask); ; place = (place + 1) & mask) {
      const row = (index[place] as number) - 1;
      if (row < 0) return -1;
      if (numbers[row] === number && actors[row] === actor && this.values[row] !== undefined) return row + this.base;
    }
  }

  /** Where the values end that came right after the one at `arrival`, under consecutive numbers of its actor; at most `end`. */
  runEnd(arrival: number, end: number): number {
    const { actors, numbers, values } = this;
    const last = Math.min(end - this.base, this.rows);
    let row = arrival - this.base;
    const actor = actors[row];
    const offset = (numbers[row] as number) - row;
    do row++;
    while (row < last && actors[row] === actor && numbers[row] === row + offset && values[row] !== undefined);
    return row + this.base;
  }

  /** Appends a value under a dot that is not here. */
  append(actor: number, number: number, value: JsonValue, acceptedAt: number, isNew: boolean): void {
    if (this.rows === this.actors.length) this.resize(Math.max(FEW, this.rows + (this.rows >> 1)));
    const row = this.rows++;
    this.actors[row] = actor;
    this.numbers[row] = number;
    this.times[row] = acceptedAt;
    this.values.push(value);
    if (!isNew) this.repeats.add(row + this.base);
    // The index is at most three quarters full.
    if (this.rows * 4 > this.index.length * 3) this.buildIndex();
    else this.enter(row);
  }

  /** Deletes a value; its dot stays in the row. */
  delete(arrival: number): void {
    this.values[arrival - this.base] = undefined;
    this.repeats.delete(arrival);
    this.deleted++;
  }

  /** Whether so many values are deleted that `compress` is worth its time. */
  get isSparse(): boolean {
    return this.deleted > MANY_DELETED && this.deleted * 2 > this.rows;
  }

  /**
   * Drops the rows of deleted values. The rows after the last deleted one keep their arrival numbers; the ones before
   * it move towards them.
   */
  compress(): void {
    const { end } = this;
    const repeats = new Set<number>();
    let to = 0;
    this.base += this.deleted;
    for (let from = 0; from < this.rows; from++) {
      const value = this.values[from];
      if (value === undefined) continue;
      if (this.repeats.has(end - this.rows + from)) repeats.add(this.base + to);
      this.actors[to] = this.actors[from] as number;
      this.numbers[to] = this.numbers[from] as number;
      this.times[to] = this.times[from] as number;
      this.values[to] = value;
      to++;
    }
    this.repeats = repeats;
    this.values.length = to;
    this.rows = to;
    this.deleted = 0;
    this.resize(Math.max(FEW, to + (to >> 1)));
    this.buildIndex();
  }

  private resize(room: number): void {
    this.actors = copyInto(new Int32Array(room), this.actors, this.rows);
    this.numbers = copyInto(new Float64Array(room), this.numbers, this.rows);
    this.times = copyInto(new Float64Array(room), this.times, this.rows);
  }

  /** Makes the index for all rows, with room for half as many again. */
  private buildIndex(): void {
    let places = 2 * FEW;
    while (this.rows * 2 > places) places *= 2;
    this.index = new Int32Array(places);
    for (let row = 0; row < this.rows; row++) this.enter(row);
  }

  private enter(row: number): void {
    const mask = this.index.length - 1;
    let place = placeOf(this.actors[row] as number, this.numbers[row] as number, mask);
    while (this.index[place] !== 0) place = (place + 1) & mask;
    this.index[place] = row + 1;
  }
}

/** Spreads dots over the index. Consecutive numbers of an actor get places far apart, as do consecutive actors. */
function placeOf(actor: number, number: number, mask: number): number {
  const mixed = Math.imul(actor, 0x9e3779b1) ^ Math.imul(number | 0, 0x85ebca6b);
  return ((mixed >>> 15) ^ mixed) & mask;
}

function copyInto<Column extends Int32Array | Float64Array>(column: Column, from: Column, rows: number): Column {
  column.set(from.subarray(0, rows));
  return column;
}
