import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";

/** Which values a peer has, as far as this node knows. What is not covered is its delta. */
export class Knowledge {
  /** Dots that the peer has for certain: it sent them, acknowledged them, or said so in a digest. */
  private certain = new VersionVector();
  /** What another member is sending the peer, or none can while it is silent: until its own word, nothing to send. */
  private assumed = new VersionVector();
  /** `certain`, `assumed`, and what is in flight to the peer. */
  private covered = new VersionVector();

  get seen(): VersionVector {
    return this.certain;
  }

  /** What of `known` the peer lacks, and is not being sent already. */
  delta(known: VersionVector): DotRange[] {
    return [...known.without(this.covered)];
  }

  /** What of `dots` the peer is neither known nor assumed to have: unsent, or in flight. */
  lacking(dots: VersionVector): DotRange[] {
    const unseen = new VersionVector();
    for (const range of dots.without(this.certain)) unseen.add(range);
    return [...unseen.without(this.assumed)];
  }

  /** The peer has these dots. */
  confirm(dots: Iterable<DotRange>): void {
    for (const range of dots) {
      this.certain.add(range);
      this.covered.add(range);
    }
  }

  /** The peer is being sent these dots by another member. */
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

  /** Some of what was assumed is not so; `recount` has to follow. */
  retractAssumed(dots: Iterable<DotRange>): void {
    for (const range of dots) this.assumed.remove(range);
  }

  /**
   * The peer's own word on what it has; `recount` has to follow.
   * @param young what it may have got since
   */
  replace(vector: VersionVector, young: VersionVector): void {
    const recent = this.certain.meet(young);
    this.certain = vector;
    this.certain.merge(recent);
    this.assumed = this.assumed.meet(young);
  }

  /** Works out anew what is covered. */
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
