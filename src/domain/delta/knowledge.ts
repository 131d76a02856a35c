import type { Stretch } from "../values/arrivals.js";
import type { DotRange } from "../values/dot.js";
import type { DotSpans } from "../values/dot-spans.js";
import type { VersionVector } from "../values/version-vector.js";
import { NO_VALUES, type OwnValues, PeerVector } from "./peer-vector.js";

/** Tracks which values a peer has, as far as this node knows. The values that are not covered are its delta. */
export class Knowledge {
  /** Dots that the peer has for certain: it sent them, acknowledged them, or listed them in a digest. */
  private readonly certain: PeerVector;
  /** Dots that are assumed until the peer's next digest: another member sends them, or the peer is a suspect. */
  private readonly assumed: PeerVector;
  /** The union of `certain`, `assumed` and the dots in flight to the peer. */
  private readonly covered: PeerVector;
  /** The dots in the peer's last report in this session; `undefined` if there is none. */
  private reported: PeerVector | undefined;

  /** @param own the values of this node */
  constructor(private readonly own: OwnValues = NO_VALUES) {
    this.certain = new PeerVector(own);
    this.assumed = new PeerVector(own);
    this.covered = new PeerVector(own);
  }

  /** Whether the peer has a dot of this node for certain. The actor is a number of `ACTORS`. */
  isCertain(actor: number, number: number): boolean {
    return this.certain.hasOwn(actor, number);
  }

  /** Whether the peer has all of these dots for certain. */
  hasSeen(dots: VersionVector): boolean {
    return this.certain.covers(dots);
  }

  /**
   * The peer reports its dots, as the root of an eager cluster collects them.
   * @param isPart whether they are in addition to the last ones
   */
  report(dots: VersionVector, isPart = false): void {
    if (isPart && this.reported !== undefined) {
      for (const range of dots.ranges()) this.reported.add(range);
      return;
    }
    this.reported ??= new PeerVector(this.own);
    this.reported.assign(dots);
  }

  /** The last report is void. */
  dropReport(): void {
    this.reported = undefined;
  }

  /** The dots of `dots` that the peer neither reported nor has for certain. */
  unreported(dots: VersionVector): VersionVector {
    return this.certain.lacks(this.reported?.lacks(dots) ?? dots);
  }

  /** Whether the peer reported dots, or has some for certain, that this node does not know. */
  get exceedsOwn(): boolean {
    return this.certain.exceedsOwn || this.reported?.exceedsOwn === true;
  }

  /** The dots of `known` that the peer lacks and that are not in flight to it. */
  delta(known: VersionVector): readonly DotRange[] {
    return this.covered.delta(known);
  }

  /** The dots of `dots` that the peer is neither known nor assumed to have. Some may be in flight. */
  lacking(dots: VersionVector): VersionVector {
    return this.assumed.lacks(this.certain.lacks(dots));
  }

  /**
   * The peer has these dots.
   * @param stretch where they arrived here, if they are exactly the dots of a stretch
   */
  confirm(dots: Iterable<DotRange>, stretch?: Stretch): void {
    const list = listOf(dots);
    this.certain.addAll(list, stretch);
    this.covered.addAll(list, stretch);
  }

  /** Another member sends the peer these dots; see `confirm`. */
  assume(dots: Iterable<DotRange>, stretch?: Stretch): void {
    const list = listOf(dots);
    this.assumed.addAll(list, stretch);
    this.covered.addAll(list, stretch);
  }

  /** These dots are in flight to the peer. */
  cover(dots: Iterable<DotRange>): void {
    this.covered.addAll(dots);
  }

  /** Some assumed dots turned out to be missing; `recount` has to follow. */
  retractAssumed(dots: Iterable<DotRange>): void {
    for (const range of dots) this.assumed.remove(range);
  }

  /**
   * Replaces the knowledge by the peer's digest; `recount` has to follow.
   * @param young dots that the peer may have received since
   * @param scope the dots that the digest is about
   */
  replace(vector: VersionVector, young: VersionVector, scope: DotSpans): void {
    const recent = inBoth(this.certain, young);
    const expected = inBoth(this.assumed, young);
    const rest = scope.isAll ? [] : [...scope.outside(this.certain.toVector().ranges())];
    const assumed = scope.isAll ? [] : [...scope.outside(this.assumed.toVector().ranges())];
    this.certain.assign(vector);
    for (const range of [...recent.ranges(), ...rest]) this.certain.add(range);
    this.assumed.assign(expected);
    for (const range of assumed) this.assumed.add(range);
  }

  /** Computes again which dots are covered. */
  recount(inFlight: Iterable<DotRange>): void {
    this.covered.assignUnion(this.certain, this.assumed);
    for (const vector of [this.certain, this.covered]) vector.chooseForm();
    this.cover(inFlight);
  }

  /** The peer has lost everything. */
  clear(): void {
    for (const vector of this.vectors) vector.clear();
    this.dropReport();
  }

  /** This node learns of dots that never arrive here. */
  skip(dots: readonly DotRange[]): void {
    for (const vector of this.vectors) vector.skip(dots);
  }

  /** The arrival numbers of this node's values are about to change. */
  settle(): void {
    for (const vector of this.vectors) vector.settle();
  }

  /** Number of entries, which determines the memory that the knowledge takes. */
  get entryCount(): number {
    return this.vectors.reduce((sum, { entryCount }) => sum + entryCount, 0);
  }

  private get vectors(): readonly PeerVector[] {
    const vectors = [this.certain, this.assumed, this.covered];
    return this.reported === undefined ? vectors : [...vectors, this.reported];
  }
}

/** The ranges as a list, which can be read twice. */
function listOf(dots: Iterable<DotRange>): readonly DotRange[] {
  return Array.isArray(dots) ? dots : [...dots];
}

function inBoth(vector: PeerVector, dots: VersionVector): VersionVector {
  const both = dots.copy();
  both.subtract(vector.lacks(dots));
  return both;
}
