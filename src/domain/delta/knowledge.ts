import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";

/** Tracks which values a peer has, as far as this node knows. The values that are not covered are its delta. */
export class Knowledge {
  /** Dots that the peer has for certain: it sent them, acknowledged them, or listed them in a digest. */
  private certain = new VersionVector();
  /** Dots that are assumed until the peer's next digest: another member sends them, or the peer is a suspect. */
  private assumed = new VersionVector();
  /** The union of `certain`, `assumed` and the dots in flight to the peer. */
  private covered = new VersionVector();

  get seen(): VersionVector {
    return this.certain;
  }

  /** The dots of `known` that the peer lacks and that are not in flight to it. */
  delta(known: VersionVector): DotRange[] {
    return [...known.without(this.covered)];
  }

  /** The dots of `dots` that the peer is neither known nor assumed to have. Some may be in flight. */
  lacking(dots: VersionVector): DotRange[] {
    return [...VersionVector.of(dots.without(this.certain)).without(this.assumed)];
  }

  /** The peer has these dots. */
  confirm(dots: Iterable<DotRange>): void {
    for (const range of dots) {
      this.certain.add(range);
      this.covered.add(range);
    }
  }

  /** Another member sends the peer these dots. */
  assume(dots: Iterable<DotRange>): void {
    for (const range of dots) {
      this.assumed.add(range);
      this.covered.add(range);
    }
  }

  /** These dots are in flight to the peer. */
  cover(dots: Iterable<DotRange>): void {
    for (const range of dots) this.covered.add(range);
  }

  /** Some assumed dots turned out to be missing; `recount` has to follow. */
  retractAssumed(dots: Iterable<DotRange>): void {
    for (const range of dots) this.assumed.remove(range);
  }

  /**
   * Replaces the knowledge by the peer's digest; `recount` has to follow.
   * @param young dots that the peer may have received since
   */
  replace(vector: VersionVector, young: VersionVector): void {
    const recent = this.certain.meet(young);
    this.certain = vector;
    this.certain.merge(recent);
    this.assumed = this.assumed.meet(young);
  }

  /** Computes again which dots are covered. */
  recount(inFlight: Iterable<DotRange>): void {
    this.covered = new VersionVector();
    this.covered.merge(this.certain);
    this.covered.merge(this.assumed);
    this.cover(inFlight);
  }

  /** The peer has lost everything. */
  clear(): void {
    this.certain = new VersionVector();
    this.assumed = new VersionVector();
    this.covered = new VersionVector();
  }
}
