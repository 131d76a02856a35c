import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Knowledge, KnowledgeHolder } from "../../../src/workbench/model/knowledge.js";

const ORIGINS = 150;
const HOLDERS = 3;

const holder = fc.nat(HOLDERS - 1);
const step = fc.oneof(
  fc.record({ kind: fc.constant("raise"), holder, origin: fc.nat(ORIGINS - 1), place: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant("share"), holder, origin: fc.constant(0), place: fc.constant(0) }),
  fc.record({ kind: fc.constant("learn"), holder, origin: fc.nat(9), place: fc.constant(0) }),
);

describe("what participants may know", () => {
  it("is the larger count of each node, and never changes once it has been handed out", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const holders = Array.from({ length: HOLDERS }, () => new KnowledgeHolder());
        const expected = holders.map(() => new Array<number>(ORIGINS).fill(0));
        const handedOut: { readonly knowledge: Knowledge; readonly counts: readonly number[] }[] = [];
        for (const { kind, holder, origin, place } of steps) {
          const known = holders[holder] as KnowledgeHolder;
          const counts = expected[holder] as number[];
          if (kind === "raise") {
            known.raise(origin, place);
            counts[origin] = Math.max(counts[origin] as number, place);
          } else if (kind === "share") handedOut.push({ knowledge: known.share(), counts: [...counts] });
          else {
            const learnt = handedOut[origin];
            if (learnt === undefined) continue;
            known.learn(learnt.knowledge);
            for (const [at, count] of learnt.counts.entries()) counts[at] = Math.max(counts[at] as number, count);
          }
          expect(counts.map((_, at) => known.count(at))).toEqual(counts);
        }
        for (const { knowledge, counts } of handedOut) {
          const reader = new KnowledgeHolder();
          reader.learn(knowledge);
          expect(counts.map((_, at) => reader.count(at))).toEqual(counts);
        }
      }),
    );
  });
});
