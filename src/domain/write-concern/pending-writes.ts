import type { MemberId } from "../ports/transport.js";
import type { ActorId, DotRange } from "../values/dot.js";
import type { VersionVector } from "../values/version-vector.js";
import { PendingWrite } from "./pending-write.js";

/** The values that somebody waits for, by dot. */
export class PendingWrites {
  private readonly authors = new Map<ActorId, Map<number, PendingWrite>>();
  private count = 0;

  /** @param self the member that waits */
  constructor(private readonly self: MemberId) {}

  get size(): number {
    return this.count;
  }

  /** The value's entry, which is made if there is none. */
  at(author: ActorId, number: number): PendingWrite {
    let values = this.authors.get(author);
    if (values === undefined) {
      values = new Map();
      this.authors.set(author, values);
    }
    let value = values.get(number);
    if (value === undefined) {
      value = new PendingWrite(author, number, this.self);
      values.set(number, value);
      this.count++;
    }
    return value;
  }

  *all(): Generator<PendingWrite> {
    for (const values of this.authors.values()) yield* values.values();
  }

  /** Those among the given dots: however many dots there are, no more is looked at than somebody waits for. */
  *within(dots: VersionVector): Generator<PendingWrite> {
    for (const [author, values] of this.authors)
      for (const value of values.values()) if (dots.has(author, value.number)) yield value;
  }

  /** The same for runs that leave with a message. */
  *among(runs: readonly DotRange[]): Generator<PendingWrite> {
    for (const [author, first, count] of runs) {
      const values = this.authors.get(author);
      if (values === undefined) continue;
      for (let number = first; number < first + count; number++) {
        const value = values.get(number);
        if (value !== undefined) yield value;
      }
    }
  }

  /** Nobody waits for the value any more. */
  drop({ author, number }: PendingWrite): void {
    const values = this.authors.get(author);
    if (values?.delete(number) === true) this.count--;
    if (values?.size === 0) this.authors.delete(author);
  }
}
