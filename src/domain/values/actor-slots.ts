/** Up to this many slots a scan is faster than a hash table, and a plain array takes less time than a typed one. */
const SCANNED = 24;
/** Up to this many slots the room doubles. */
const DOUBLED = 1_024;
const NO_INDEX = new Int32Array(0);
/** Spreads consecutive numbers over the index (2^32 divided by the golden ratio; Knuth, TAOCP 6.4). */
const MULTIPLIER = 0x9e3779b1;
/** Marks a slot whose actor was removed. */
const REMOVED = -1;
/** Integers per slot: the actor, and the first and the last of its numbers. */
export const STRIDE = 3;

/**
 * Finds the slot of an actor in an array of slots: an open-addressing hash table of slot numbers, built once there are
 * more than a few slots.
 */
export class ActorSlots {
  /** `[actor, first, last]` per slot, in the order in which the actors came. */
  cells: number[] | Int32Array = [];
  /** Number of slots in use, removed ones included. */
  used = 0;
  /** Number of actors. */
  size = 0;
  /** Slot number plus one for each place; 0 if the place is free. */
  private index: Int32Array = NO_INDEX;

  /** Returns the actor's slot; -1 if it has none. */
  find(actor: number): number {
    const { cells, index } = this;
    if (index.length === 0) {
      for (let slot = 0; slot < this.used; slot++) if (cells[slot * STRIDE] === actor) return slot;
      return -1;
    }
    const mask = index.length - 1;
    for (let place = placeOf(actor, mask); ; place = (place + 1) & mask) {
      const slot = (index[place] as number) - 1;
      if (slot < 0) return -1;
      if (cells[slot * STRIDE] === actor) return slot;
    }
  }

  /** Appends a slot for an actor that has none. */
  append(actor: number, first: number, last: number): void {
    if (this.used === SCANNED || (this.used > SCANNED && (this.used + 1) * STRIDE > this.cells.length)) this.makeRoom();
    const slot = this.used++;
    this.size++;
    const at = slot * STRIDE;
    // In this order a plain array grows without holes.
    this.cells[at] = actor;
    this.cells[at + 1] = first;
    this.cells[at + 2] = last;
    if (this.index.length > 0) this.enter(actor, slot);
  }

  /** Removes a slot. The other slots keep their numbers until the next `append`. */
  remove(slot: number): void {
    this.cells[slot * STRIDE] = REMOVED;
    if (--this.size === 0) this.clear();
  }

  copy(): ActorSlots {
    const copy = new ActorSlots();
    copy.cells = this.cells.slice();
    copy.index = this.index.slice();
    copy.used = this.used;
    copy.size = this.size;
    return copy;
  }

  private clear(): void {
    this.used = 0;
    this.cells = [];
    this.index = NO_INDEX;
  }

  /** Drops the removed slots, and makes more room if few were removed. */
  private makeRoom(): void {
    const before = this.cells;
    const isSmall = this.size * 2 <= SCANNED;
    const slots = this.size < DOUBLED ? this.size * 2 : this.size + (this.size >> 1);
    const cells = isSmall ? [] : new Int32Array(slots * STRIDE);
    let to = 0;
    for (let from = 0; from < this.used * STRIDE; from += STRIDE) {
      if (before[from] === REMOVED) continue;
      cells[to] = before[from] as number;
      cells[to + 1] = before[from + 1] as number;
      cells[to + 2] = before[from + 2] as number;
      to += STRIDE;
    }
    this.cells = cells;
    this.used = this.size;
    this.index = NO_INDEX;
    if (!isSmall) this.buildIndex();
  }

  /** Builds the index for slots of which none is removed. */
  private buildIndex(): void {
    let places = 32;
    // At most three quarters full when the slots are.
    while (places * 3 < (this.cells.length / STRIDE) * 4) places *= 2;
    this.index = new Int32Array(places);
    for (let slot = 0; slot < this.used; slot++) this.enter(this.cells[slot * STRIDE] as number, slot);
  }

  private enter(actor: number, slot: number): void {
    const mask = this.index.length - 1;
    let place = placeOf(actor, mask);
    while (this.index[place] !== 0) place = (place + 1) & mask;
    this.index[place] = slot + 1;
  }
}

function placeOf(actor: number, mask: number): number {
  return (Math.imul(actor, MULTIPLIER) >>> 8) & mask;
}
