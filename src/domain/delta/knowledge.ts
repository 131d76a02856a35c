import type { Stretch } from "../values/arrivals.js";
import type { DotRange } from "../values/dot.js";
import type { DotSpans } from "../values/dot-spans.js";
import type { VersionVector } from "../values/version-vector.js";
import { NO_DOTS, NO_VALUES, type OwnValues, PeerVector } from "./peer-vector.js";

/** The marks of the sets of a `Knowledge`; see `PeerVector.mark`. */
export interface KnowledgeMarks {
  readonly certain: number;
  /** `undefined` if nothing is assumed. */
  readonly assumed: number | undefined;
  /** `undefined` if the peer has not reported. */
  readonly reported: number | undefined;
}

const NOTHING_KNOWN: KnowledgeMarks = { certain: NO_DOTS, assumed: undefined, reported: undefined };

/** Tracks which values a peer has, as far as this node knows. The values that are not covered are its delta. */
export class Knowledge {
  /** Dots that the peer has for certain: it sent them, acknowledged them, or listed them in a digest. */
  private readonly certain: PeerVector;
  /** Dots that are assumed until the peer's next digest: another member sends them, or the peer is a suspect. */
  private assumed: PeerVector | undefined;
  /** The union of `certain`, `assumed` and the dots in flight to the peer. It is `certain` itself while there are no others. */
  private covered: PeerVector;
  /** The dots in the peer's last report in this session; `undefined` if there is none. */
  private reported: PeerVector | undefined;

  /**
   * @param own the values of this node
   * @param marks the sets to begin with; nothing is in flight then
   */
  constructor(
    private readonly own: OwnValues = NO_VALUES,
    { certain, assumed, reported } = NOTHING_KNOWN,
  ) {
    const setAt = (mark: number) => PeerVector.at(mark, own);
    this.certain = setAt(certain);
    this.covered = this.certain;
    if (reported !== undefined) this.reported = setAt(reported);
    if (assumed === undefined) return;
    this.assumed = setAt(assumed);
    this.covered = setAt(Math.max(certain, assumed));
  }

  /** The knowledge as marks, if nothing is in flight to the peer; `undefined` if these do not say it all. */
  get marks(): KnowledgeMarks | undefined {
    const [certain, assumed, reported] = [this.certain.mark, this.assumed?.mark, this.reported?.mark];
    const isWhole =
      (assumed === undefined) === (this.assumed === undefined) &&
      (reported === undefined) === (this.reported === undefined);
    return certain !== undefined && isWhole ? { certain, assumed, reported } : undefined;
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
    return this.certain.lacks(this.assumed?.lacks(dots) ?? dots);
  }

  /**
   * The peer has these dots.
   * @param stretch where they arrived here, if they are exactly the dots of a stretch
   */
  confirm(dots: Iterable<DotRange>, stretch?: Stretch): void {
    const list = listOf(dots);
    this.certain.addAll(list, stretch);
    if (this.covered !== this.certain) this.covered.addAll(list, stretch);
  }

  /** Another member sends the peer these dots; see `confirm`. */
  assume(dots: Iterable<DotRange>, stretch?: Stretch): void {
    const list = listOf(dots);
    this.assumed ??= new PeerVector(this.own);
    this.assumed.addAll(list, stretch);
    this.cover(list, stretch);
  }

  /** These dots are in flight to the peer. */
  cover(dots: Iterable<DotRange>, stretch?: Stretch): void {
    const list = listOf(dots);
    if (list.length === 0) return;
    if (this.covered === this.certain) this.covered = this.certain.copy();
    this.covered.addAll(list, stretch);
  }

  /** Some assumed dots turned out to be missing; `recount` has to follow. */
  retractAssumed(dots: Iterable<DotRange>): void {
    for (const range of dots) this.assumed?.remove(range);
  }

  /**
   * Replaces the knowledge by the peer's digest; `recount` has to follow.
   * @param young dots that the peer may have received since
   * @param scope the dots that the digest is about
   */
  replace(vector: VersionVector, young: VersionVector, scope: DotSpans): void {
    const rest = (set: PeerVector) => (scope.isAll ? [] : [...scope.outside(set.toVector().ranges())]);
    const certain = [...inBoth(this.certain, young).ranges(), ...rest(this.certain)];
    this.certain.assign(vector);
    for (const range of certain) this.certain.add(range);
    if (this.assumed === undefined) return;
    const [expected, assumed] = [inBoth(this.assumed, young), rest(this.assumed)];
    this.assumed.assign(expected);
    for (const range of assumed) this.assumed.add(range);
  }

  /** Computes again which dots are covered. */
  recount(inFlight: Iterable<DotRange>): void {
    this.certain.chooseForm();
    if (this.assumed?.isEmpty === true) this.assumed = undefined;
    if (this.assumed === undefined) this.covered = this.certain;
    else {
      this.covered = new PeerVector(this.own);
      this.covered.assignUnion(this.certain, this.assumed);
      this.covered.chooseForm();
    }
    this.cover(inFlight);
  }

  /** The peer has lost everything. */
  clear(): void {
    this.certain.clear();
    this.assumed = undefined;
    this.covered = this.certain;
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
    const { certain, assumed, reported } = this;
    const covered = this.covered === certain ? undefined : this.covered;
    return [certain, assumed, covered, reported].filter((vector) => vector !== undefined);
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
