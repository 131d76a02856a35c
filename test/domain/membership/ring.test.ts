import { describe, expect, it } from "vitest";
import { hashOf } from "../../../src/domain/membership/hash.js";
import { Ring } from "../../../src/domain/membership/ring.js";

const idsOf = (size: number) => Array.from({ length: size }, (_, index) => `n${index}`);

/** The ring as a member sees it. */
function ringOf(self: string, members: readonly string[]): Ring {
  const ring = new Ring(self);
  for (const member of members) ring.add(member);
  return ring;
}

/** The ring as each of `size` members sees it. */
const ringsOf = (size: number) => new Map(idsOf(size).map((self) => [self, ringOf(self, idsOf(size))]));
const every = () => true;

/** Two ids with the same hash. */
const COLLISION = ["node-eeudl", "node-yxj3g8"] as const;

describe("Ring", () => {
  it("has the same order for every member: the others, from its own place on", () => {
    const members = idsOf(9);
    const order = members.toSorted((one, other) => hashOf(one) - hashOf(other));
    for (const [self, ring] of ringsOf(9)) {
      const at = order.indexOf(self);
      const others = [...order.slice(at + 1), ...order.slice(0, at)];
      expect(others.map((_, index) => ring.ahead(index + 1))).toEqual(others);
      expect(ring.size).toBe(8);
      // Further steps go round again, and steps backwards begin with the predecessor.
      expect([ring.ahead(9), ring.ahead(16)]).toEqual([others[0], others[7]]);
      expect([ring.ahead(0), ring.ahead(-1), ring.ahead(-7)]).toEqual([others[7], others[6], others[0]]);
    }
  });

  it("has no member ahead of a lone one", () => {
    const ring = ringOf("n0", ["n0"]);
    expect([ring.size, ring.ahead(1), ring.ahead(0), [...ring.chords(every)]]).toEqual([0, undefined, undefined, []]);
  });

  it("does not depend on the order in which members came, nor on those that left", () => {
    const one = ringOf("n0", idsOf(9));
    const other = ringOf("n0", [...idsOf(12)].reverse());
    for (const member of ["n9", "n10", "n11", "unknown"]) other.remove(member);
    for (let steps = 1; steps <= 8; steps++) expect(other.ahead(steps)).toBe(one.ahead(steps));
    expect(other.size).toBe(8);
  });

  it("keeps members apart whose hashes are equal", () => {
    const [one, other] = COLLISION;
    expect(hashOf(one)).toBe(hashOf(other));
    for (const members of [
      [one, other],
      [other, one],
    ]) {
      const ring = ringOf("n0", members);
      expect([ring.ahead(1), ring.ahead(2)]).toEqual([one, other].sort());
      ring.remove(other);
      expect([ring.size, ring.ahead(1)]).toEqual([1, one]);
    }
    const ring = ringOf("n0", [other]);
    ring.remove(one);
    expect([ring.size, ring.ahead(1)]).toEqual([1, other]);
    expect([ringOf(one, [other, "n0"]).ahead(1), ringOf(other, [one, "n0"]).ahead(0)]).toEqual([other, one]);
  });

  it("has chords to the members 1, 2, 4, … places ahead", () => {
    const ring = ringOf("n0", idsOf(12));
    expect([...ring.chords(every)]).toEqual([1, 2, 4, 8].map((steps) => ring.ahead(steps)));
    expect([...ringOf("n0", idsOf(9)).chords(every)]).toHaveLength(4);
  });

  it("has a chord to the next member that counts in place of one that does not", () => {
    const ring = ringOf("n0", idsOf(9));
    const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map((steps) => ring.ahead(steps));
    const without = (...members: unknown[]) => [...ring.chords((member) => !members.includes(member))];
    expect(without(second)).toEqual([first, third, fourth, ring.ahead(8)]);
    expect(without(first, second, third)).toEqual([fourth, ring.ahead(8)]);
    expect(without(ring.ahead(8))).toEqual([first, second, fourth]);
    expect([...ring.chords((member) => member === fifth)]).toEqual([fifth]);
    expect([...ring.chords(() => false)]).toEqual([]);
  });

  it.each([2, 3, 9, 12, 17])("links two of %d members if one of them has a chord to the other", (size) => {
    const rings = ringsOf(size);
    for (const [self, ring] of rings)
      for (const [other, theirs] of rings)
        if (other !== self)
          expect(ring.isLinked(other)).toBe(ring.chords(every).has(other) || theirs.chords(every).has(self));
  });

  it("links no member that is not on it", () => {
    const ring = ringOf("n0", idsOf(4));
    ring.remove("n2");
    expect(["n1", "n2", "n3", "n0", "x"].map((member) => ring.isLinked(member))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});

describe("hashOf", () => {
  it("is the same in every version, because members of different versions share a ring", () => {
    expect(["", "n0", "n1", "é-member"].map(hashOf)).toEqual([
      2_872_998_923, 793_400_324, 2_855_225_089, 4_179_234_797,
    ]);
  });
});
