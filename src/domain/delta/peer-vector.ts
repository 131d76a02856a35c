import { PEER_VECTOR } from "../config.js";
import { ACTORS } from "../values/actor-table.js";
import { Arrivals, type Stretch } from "../values/arrivals.js";
import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";

/** The values of this node, which most peers have as well. */
export interface OwnValues {
  /** The dots that this node knows. */
  readonly known: VersionVector;
  /** The part of `known` whose values are here. */
  readonly held: VersionVector;
  /** Returns the dots that arrived at this number or later, in the order of `known`: one list for all peers that lack them. */
  arrivedSince(arrival: number): readonly DotRange[];
  /** Where these dots arrived, if they are exactly those of a stretch. */
  stretchOf(dots: Iterable<DotRange>): Stretch | undefined;
  /** The order in which the values came here. */
  readonly arrivals: {
    /** Arrival number of the next value. */
    readonly end: number;
    actorAt(arrival: number): number;
    numberAt(arrival: number): number;
    /** Where the run of consecutive numbers of one actor ends that starts at `arrival`; at most `end`. */
    runEnd(arrival: number, end: number): number;
  };
}

/** The values of a node that knows nothing. */
export const NO_VALUES: OwnValues = {
  known: new VersionVector(),
  held: new VersionVector(),
  arrivedSince: () => [],
  stretchOf: () => undefined,
  arrivals: new Arrivals(),
};

/** The dots of the sets that have none, of which there are very many. Nobody adds to it; see `added`. */
const NONE = new VersionVector();

/** The vector, or a new one for `NONE`, which dots may be added to. */
const added = (vector: VersionVector) => (vector === NONE ? new VersionVector() : vector);

const copyOf = (vector: VersionVector) => (vector.isEmpty ? NONE : vector.copy());

/** The mark of a set without dots; see `PeerVector.mark`. */
export const NO_DOTS = -1;

/**
 * A set of dots of a peer. A small set is stored as it is. A large one is mostly the same as this node's, so only the
 * difference is stored: the dots that this node knows and the set lacks, and those that the set has and this node does
 * not know. The memory then depends on the values in flight, not on the number of actors.
 *
 * A new value of this node takes no effort here until the set is used: `cursor` marks the values that count already.
 */
export class PeerVector {
  /** The dots of the set that are not in the common part. */
  private extra = NONE;
  /** The dots of the common part that the set lacks; `undefined` if there is no common part, and all dots are in `extra`. */
  private missing: VersionVector | undefined;
  /** The common part is `known` without the values that arrived at this number or later. */
  private cursor = 0;
  private changesUntilCheck: number = PEER_VECTOR.checkInterval;

  constructor(private readonly own: OwnValues) {
    // A node without values has the same as every peer: both have none.
    if (own.known.isEmpty && own !== NO_VALUES) this.missing = NONE;
  }

  /** The set with this mark. */
  static at(mark: number, own: OwnValues): PeerVector {
    const set = new PeerVector(own);
    if (mark === NO_DOTS) return set;
    set.missing = NONE;
    set.cursor = mark;
    return set;
  }

  /**
   * The set as a single number, if that says it all: it has the values of this node that arrived before this number, and no
   * others. `NO_DOTS` if it is empty, `undefined` if it takes more than a number.
   */
  get mark(): number | undefined {
    const { extra, missing, own } = this;
    if (missing === undefined && extra.isEmpty) return NO_DOTS;
    if (missing === undefined) return extra.covers(own.known) && own.known.covers(extra) ? own.arrivals.end : undefined;
    if (!extra.isEmpty) return undefined;
    if (missing.isEmpty) return this.cursor;
    return missing.covers(own.known) ? NO_DOTS : undefined;
  }

  /** Another set with the same dots. */
  copy(): PeerVector {
    const copy = new PeerVector(this.own);
    copy.extra = copyOf(this.extra);
    copy.missing = this.missing && copyOf(this.missing);
    copy.cursor = this.cursor;
    return copy;
  }

  /** Whether the set has no dots, as far as that shows without a comparison. */
  get isEmpty(): boolean {
    return this.missing === undefined && this.extra.isEmpty;
  }

  /** Whether the set has dots that this node does not know. */
  get exceedsOwn(): boolean {
    if (this.extra.isEmpty) return false;
    this.catchUp();
    return !this.own.known.covers(this.extra);
  }

  /** Number of entries that the set takes, which determines its memory. */
  get entryCount(): number {
    return this.extra.actorCount + (this.missing?.actorCount ?? 0);
  }

  add([actor, first, count]: DotRange): void {
    const by = ACTORS.add(actor);
    const last = first + count - 1;
    if (this.missing === undefined) this.toAdd().addNumbers(by, first, last);
    else {
      this.catchUp();
      this.missing.removeNumbers(by, first, last);
      if (!this.own.known.coversRange(by, first, last))
        for (const range of VersionVector.of([[actor, first, count]]).without(this.own.known)) this.toAdd().add(range);
    }
    this.changed();
  }

  /**
   * Adds all of these dots. If they arrived here one after the other, as most do, this takes the same time however many
   * there are.
   * @param stretch where they arrived, if they are exactly the dots of a stretch
   */
  addAll(dots: Iterable<DotRange>, stretch = this.own.stretchOf(dots)): void {
    if (stretch === undefined || !this.addStretch(stretch)) for (const range of dots) this.add(range);
  }

  /** Adds the dots that arrived in a stretch, if that is simple; returns false if it is not. */
  private addStretch({ from, to }: Stretch): boolean {
    if (this.missing === undefined || !this.extra.isEmpty) return false;
    if (this.cursor > from) return this.cursor >= to && this.missing.isEmpty;
    this.catchUp(from);
    this.cursor = to;
    return true;
  }

  remove([actor, first, count]: DotRange): void {
    this.catchUp();
    this.extra.remove([actor, first, count]);
    if (this.missing === undefined) return;
    this.missing = added(this.missing);
    this.missing.merge(this.own.known.meet(VersionVector.of([[actor, first, count]])));
    this.changed();
  }

  /** Replaces the set. */
  assign(vector: VersionVector): void {
    this.extra = vector;
    this.missing = undefined;
    this.share();
    this.freeEmpty();
  }

  /** Makes this set the union of two others. */
  assignUnion(one: PeerVector, other: PeerVector): void {
    one.catchUp();
    other.catchUp();
    const [shared, second] = one.missing === undefined ? [other, one] : [one, other];
    this.extra = copyOf(shared.extra);
    this.cursor = shared.cursor;
    this.missing =
      shared.missing === undefined || second.missing === undefined
        ? shared.missing && copyOf(shared.missing)
        : shared.missing.meet(second.missing);
    if (this.missing === undefined || second.missing !== undefined) this.toAdd().merge(second.extra);
    else for (const range of second.extra.ranges()) this.add(range);
  }

  clear(): void {
    this.extra = NONE;
    this.missing = undefined;
  }

  /** The ranges of `dots` that the set lacks, in the order of `dots`. */
  delta(dots: VersionVector): readonly DotRange[] {
    const { own, missing, extra } = this;
    const lacksTheLatest = missing?.isEmpty === true && extra.isEmpty && dots === own.known;
    return lacksTheLatest ? own.arrivedSince(this.cursor) : [...this.lacks(dots).ranges()];
  }

  /** The dots of `dots` that the set lacks, in the order of `dots`. */
  lacks(dots: VersionVector): VersionVector {
    if (dots.isEmpty) return new VersionVector();
    if (this.missing === undefined) return VersionVector.of(dots.without(this.extra));
    this.catchUp();
    const lacking = dots.meet(this.missing);
    if (dots === this.own.held || this.own.known.covers(dots)) return lacking;
    for (const range of dots.without(this.own.known)) lacking.add(range);
    lacking.subtract(this.extra);
    return dots.meet(lacking);
  }

  /** Whether the set has a dot that this node knows. The actor is a number of `ACTORS`. */
  hasOwn(actor: number, number: number): boolean {
    if (this.missing === undefined) return this.extra.hasNumber(actor, number);
    this.catchUp();
    return !this.missing.hasNumber(actor, number);
  }

  covers(dots: VersionVector): boolean {
    return this.missing === undefined ? this.extra.covers(dots) : this.lacks(dots).isEmpty;
  }

  /** The set as it is. */
  toVector(): VersionVector {
    if (this.missing === undefined) return this.extra.copy();
    this.catchUp();
    const all = this.own.known.copy();
    all.subtract(this.missing);
    all.merge(this.extra);
    return all;
  }

  /** This node learns of dots that never arrive here. */
  skip(dots: readonly DotRange[]): void {
    if (this.missing === undefined) return;
    this.catchUp();
    this.missing = added(this.missing);
    for (const range of VersionVector.of(dots).without(this.extra)) this.missing.add(range);
    for (const range of dots) this.extra.remove(range);
  }

  /** Arrival numbers change, so the set must not depend on earlier ones. */
  settle(): void {
    if (this.missing === undefined) return;
    const lag = this.own.arrivals.end - this.cursor;
    this.catchUp();
    // A set that is hardly used would cost as much again at the next change.
    if (lag > PEER_VECTOR.longestLag) this.unshare();
  }

  /** Extends the common part to the values of this node that arrived before `end`. */
  private catchUp(end = this.own.arrivals.end): void {
    if (this.missing === undefined || this.cursor >= end) return;
    const { extra } = this;
    const missing = added(this.missing);
    this.missing = missing;
    const { arrivals } = this.own;
    while (this.cursor < end) {
      const actor = arrivals.actorAt(this.cursor);
      const number = arrivals.numberAt(this.cursor);
      // A stretch of consecutive values takes no more time than one of them.
      const next = extra.isEmpty ? arrivals.runEnd(this.cursor, end) : this.cursor + 1;
      if (!extra.isEmpty && extra.hasNumber(actor, number)) extra.removeNumbers(actor, number, number);
      else missing.addNumbers(actor, number, number + next - this.cursor - 1);
      this.cursor = next;
    }
  }

  /** Chooses the smaller form from time to time, so that the choice costs little per change. */
  private changed(): void {
    if (--this.changesUntilCheck > 0) return;
    this.chooseForm();
    this.changesUntilCheck = Math.max(PEER_VECTOR.checkInterval, this.own.known.actorCount);
  }

  /** Chooses the smaller form. */
  chooseForm(): void {
    if (this.missing === undefined) this.share();
    else if (
      this.missing.actorCount > PEER_VECTOR.checkInterval &&
      this.missing.actorCount * 2 > this.own.known.actorCount
    )
      this.unshare();
    this.freeEmpty();
  }

  private freeEmpty(): void {
    if (this.extra.isEmpty) this.extra = NONE;
    if (this.missing?.isEmpty === true) this.missing = NONE;
  }

  /** The dots of the set that are not in the common part, to add to. */
  private toAdd(): VersionVector {
    this.extra = added(this.extra);
    return this.extra;
  }

  /** Stores the difference to this node's values if that is much smaller. */
  private share(): void {
    if (this.extra.actorCount < PEER_VECTOR.fewActors) return;
    const { known, arrivals } = this.own;
    const missing = VersionVector.of(known.without(this.extra));
    const extra = VersionVector.of(this.extra.without(known));
    if ((missing.actorCount + extra.actorCount) * 2 > this.extra.actorCount) return;
    this.missing = missing;
    this.extra = extra;
    this.cursor = arrivals.end;
  }

  /** Stores the set as it is. */
  private unshare(): void {
    this.extra = this.toVector();
    this.missing = undefined;
  }
}
