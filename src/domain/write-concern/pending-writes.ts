import type { MemberId } from "../ports/transport.js";
import type { ActorId, DotRange } from "../values/dot.js";
import type { VersionVector } from "../values/version-vector.js";
import { PendingWrite } from "./pending-write.js";

/** The values with an open write concern, by dot. */
export class PendingWrites {
  private readonly actors = new Map<ActorId, Map<number, PendingWrite>>();
  private count = 0;

  /** @param self this node's id */
  constructor(private readonly self: MemberId) {}

  get size(): number {
    return this.count;
  }

  /** Returns the value's entry, and creates it first if there is none. */
  at(actor: ActorId, number: number): PendingWrite {
    let values = this.actors.get(actor);
    if (values === undefined) {
      values = new Map();
      this.actors.set(actor, values);
    }
    let value = values.get(number);
    if (value === undefined) {
      value = new PendingWrite(actor, number, this.self);
      values.set(number, value);
      this.count++;
    }
    return value;
  }

  *all(): Generator<PendingWrite> {
    for (const values of this.actors.values()) yield* values.values();
  }

  /** The entries among the given dots. The cost depends on the number of entries, not of dots. */
  *within(dots: VersionVector): Generator<PendingWrite> {
    for (const [actor, values] of this.actors)
      for (const value of values.values()) if (dots.has(actor, value.number)) yield value;
  }

  /** The entries among the given ranges. The cost depends on the number of dots. */
  *among(ranges: readonly DotRange[]): Generator<PendingWrite> {
    for (const [actor, first, count] of ranges) {
      const values = this.actors.get(actor);
      if (values === undefined) continue;
      for (let number = first; number < first + count; number++) {
        const value = values.get(number);
        if (value !== undefined) yield value;
      }
    }
  }

  /** Removes an entry. */
  drop({ actor, number }: PendingWrite): void {
    const values = this.actors.get(actor);
    if (values?.delete(number) === true) this.count--;
    if (values?.size === 0) this.actors.delete(actor);
  }
}
