import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Overlay } from "../../../src/domain/tree/overlay.js";
import { TreeBuilder } from "../../../src/domain/tree/tree-builder.js";

const ids = (size: number) => Array.from({ length: size }, (_, index) => `n${index}`);

/** The overlay of a member of a balanced tree of `size` members. */
function overlay(size: number, fanOut: number, self: string): Overlay {
  const identity = { members: ids(size), self };
  return new Overlay({ identity, peers: new DeltaTracker() }, new TreeBuilder(fanOut));
}

describe("Overlay", () => {
  it("is the place in the tree of all while everyone answers", () => {
    const { parent, children, level, isRoot } = overlay(7, 2, "n1");
    expect({ parent, children, level, isRoot }).toEqual({
      parent: "n0",
      children: ["n3", "n4"],
      level: 1,
      isRoot: false,
    });
  });

  it("steps over a silent child to those below it", () => {
    const place = overlay(7, 2, "n0");
    expect(place.suspect("n1")).toBe(true);
    expect(place.children).toEqual(["n3", "n4", "n2"]);
    expect(place.unsuspect("n1")).toBe(true);
    expect(place.children).toEqual(["n1", "n2"]);
  });

  it("never suspects this node itself", () => {
    const place = overlay(7, 2, "n0");
    expect(place.suspect("n0")).toBe(false);
    expect([place.suspects, place.root, place.children]).toEqual([[], "n0", ["n1", "n2"]]);
  });

  it("steps over a silent parent to the next one above", () => {
    const place = overlay(15, 2, "n7");
    place.suspect("n3");
    expect(place.parent).toBe("n1");
    place.suspect("n1");
    expect([place.parent, place.level]).toEqual(["n0", 1]);
  });

  it("has the first of those who are left at the top for its root when nobody above answers", () => {
    const first = overlay(7, 2, "n1");
    const second = overlay(7, 2, "n2");
    for (const place of [first, second]) place.suspect("n0");
    expect([first.isRoot, first.children]).toEqual([true, ["n3", "n4", "n2"]]);
    expect([second.parent, second.children]).toEqual(["n1", ["n5", "n6"]]);
  });

  it("knows further ways up, for the case that the best one fails", () => {
    const place = overlay(15, 2, "n7");
    expect(place.parentCandidates).toEqual(["n3", "n1", "n0"]);
    const last = overlay(5, 4, "n4");
    last.suspect("n0");
    expect(last.parentCandidates).toEqual(["n1", "n2", "n3"]);
    expect(overlay(5, 4, "n0").parentCandidates).toEqual([]);
  });

  it("makes the next member above that answers look out for a silent one, or the one at the head", () => {
    const [root, inner] = [overlay(15, 2, "n0"), overlay(15, 2, "n1")];
    expect([
      inner.isClosestLiveAncestorOf("n3"),
      inner.isClosestLiveAncestorOf("n7"),
      root.isClosestLiveAncestorOf("n7"),
    ]).toEqual([true, false, false]);
    inner.suspect("n3");
    expect(inner.isClosestLiveAncestorOf("n7")).toBe(true);
    expect(inner.isClosestLiveAncestorOf("n0")).toBe(false);
    inner.suspect("n0");
    expect(inner.isClosestLiveAncestorOf("n0")).toBe(true);
  });

  it("suspects members only", () => {
    const place = overlay(7, 2, "n1");
    expect(place.suspect("n7")).toBe(false);
    expect(place.suspects).toEqual([]);
  });

  it("does not move anybody whom a suspicion does not concern", () => {
    const place = overlay(13, 2, "n5");
    const before = [place.parent, place.children];
    place.suspect("n12");
    expect([place.parent, place.children]).toEqual([before[0], ["n11"]]);
  });

  it("takes in a member that has no other way up, until it says that it has", () => {
    const place = overlay(7, 2, "n2");
    expect(place.setClaim("n3", true)).toBe(true);
    expect(place.setClaim("n3", true)).toBe(false);
    expect(place.children).toEqual(["n5", "n6", "n3"]);
    expect(place.setClaim("n3", false)).toBe(true);
    expect(place.children).toEqual(["n5", "n6"]);
  });

  it("makes one tree of all who answer, whoever does not, if all agree on who that is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.nat(39)),
        (size, fanOut, silent) => {
          const suspects = new Set(silent.map((index) => `n${index % size}`));
          const living = ids(size).filter((member) => !suspects.has(member));
          const places = new Map(living.map((member) => [member, overlay(size, fanOut, member)]));
          for (const place of places.values()) for (const suspect of suspects) place.suspect(suspect);
          const heads = living.filter((member) => places.get(member)?.isRoot);
          expect(heads).toEqual(living.slice(0, 1));
          for (const member of living) {
            const { parent, children } = places.get(member) as Overlay;
            if (parent !== undefined) expect(places.get(parent)?.children).toContain(member);
            for (const child of children) expect(places.get(child)?.parent).toBe(member);
          }
        },
      ),
    );
  });
});
