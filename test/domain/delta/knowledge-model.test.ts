import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Knowledge } from "../../../src/domain/delta/knowledge.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ALL_DOTS, DotSpans } from "../../../src/domain/values/dot-spans.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const AUTHORS = 32;
const NUMBERS = 3;

const dots = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: AUTHORS - 1 }).map((n) => `n${n}@1`),
    fc.integer({ min: 1, max: NUMBERS }),
    fc.constant(1),
  ) as fc.Arbitrary<DotRange>,
  { maxLength: 4 },
);

const step = fc.oneof(
  fc.record({ type: fc.constant("arrive" as const), number: fc.integer({ min: 1, max: NUMBERS }) }),
  fc.record({ type: fc.constantFrom("confirm" as const, "assume" as const, "cover" as const), dots }),
  fc.record({ type: fc.constant("retract" as const), dots, inFlight: dots }),
  fc.record({ type: fc.constant("digest" as const), lacked: dots, young: dots, inFlight: dots }),
  fc.record({ type: fc.constant("clear" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const without = (all: VersionVector, ...sets: readonly VersionVector[]) => {
  const rest = all.copy();
  for (const set of sets) rest.subtract(set);
  return [...rest.ranges()];
};

/** The knowledge about one peer, and the same as three plain sets. */
class Twins {
  private readonly log = new ValueLog("own@1");
  private readonly knowledge = new Knowledge(this.log);
  private certain = new VersionVector();
  private assumed = new VersionVector();
  private covered = new VersionVector();

  perform(action: Step): void {
    const { knowledge, log } = this;
    switch (action.type) {
      case "arrive":
        for (let n = 0; n < AUTHORS; n++) log.merge([[`n${n}@1`, action.number, 1]], [`${n}#${action.number}`], [0]);
        break;
      case "confirm":
        knowledge.confirm(action.dots);
        for (const dot of action.dots) [this.certain, this.covered].map((set) => set.add(dot));
        break;
      case "assume":
        knowledge.assume(action.dots);
        for (const dot of action.dots) [this.assumed, this.covered].map((set) => set.add(dot));
        break;
      case "cover":
        knowledge.cover(action.dots);
        for (const dot of action.dots) this.covered.add(dot);
        break;
      case "retract":
        knowledge.retractAssumed(action.dots);
        for (const dot of action.dots) this.assumed.remove(dot);
        this.recount(action.inFlight);
        break;
      case "digest": {
        const vector = log.known.copy();
        for (const dot of action.lacked) vector.remove(dot);
        const young = VersionVector.of(action.young);
        this.certain = this.certain.meet(young);
        this.certain.merge(vector);
        this.assumed = this.assumed.meet(young);
        knowledge.replace(vector, young, new DotSpans([ALL_DOTS]));
        this.recount(action.inFlight);
        break;
      }
      case "clear":
        knowledge.clear();
        this.certain = new VersionVector();
        this.assumed = new VersionVector();
        this.covered = new VersionVector();
    }
  }

  check(): void {
    const { known } = this.log;
    expect([...this.knowledge.delta(known)]).toEqual(without(known, this.covered));
    expect([...this.knowledge.lacking(known).ranges()]).toEqual(without(known, this.certain, this.assumed));
    expect(this.knowledge.hasSeen(known)).toBe(this.certain.covers(known));
  }

  private recount(inFlight: readonly DotRange[]): void {
    this.knowledge.recount(inFlight);
    this.covered = this.certain.copy();
    this.covered.merge(this.assumed);
    for (const dot of inFlight) this.covered.add(dot);
  }
}

describe("Knowledge", () => {
  it("keeps what is certain, assumed and in flight apart, although it stores what they share once", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (actions) => {
        const twins = new Twins();
        for (const action of actions) {
          twins.perform(action);
          twins.check();
        }
      }),
    );
  });
});
