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

  it("links a member with its neighbours in the tree, and with shortcuts to the other half of the members", () => {
    const place = overlay(15, 2, "n1");
    expect(place.shortcuts).toEqual(["n8", "n9"]);
    expect(place.links).toEqual(["n0", "n3", "n4", "n8", "n9"]);
    expect(overlay(15, 2, "n0").links).toEqual(["n1", "n2", "n7", "n8"]);
  });

  it("knows its level, and the height of the tree above and below it", () => {
    const levels = ["n0", "n1", "n3", "n7"].map((self) => {
      const { level, height, heightBelow } = overlay(15, 2, self);
      return [level, height, heightBelow];
    });
    expect(levels).toEqual([
      [0, 3, 3],
      [1, 3, 2],
      [2, 3, 1],
      [3, 3, 0],
    ]);
  });

  it("has the whole tree below it as the root, and one hop to the root at the least otherwise", () => {
    const [root, other] = [overlay(15, 2, "n1"), overlay(15, 2, "n2")];
    for (const place of [root, other]) place.suspect("n0");
    expect([root.level, root.heightBelow]).toEqual([0, 3]);
    expect([other.parent, other.level, other.heightBelow]).toEqual(["n1", 1, 2]);
  });

  it("tells which suspects would be its neighbours", () => {
    const place = overlay(15, 2, "n1");
    for (const member of ["n4", "n2", "n0", "n7"]) place.suspect(member);
    expect(place.bypassedNeighbours).toEqual(["n0", "n4"]);
    expect(place.suspects).toEqual(["n0", "n2", "n4", "n7"]);
  });

  it("tells of each change, and of no suspicion or claim that changes nothing", () => {
    const place = overlay(7, 2, "n1");
    let changes = 0;
    place.changed.connect(() => changes++);
    expect([place.suspect("n0"), place.setClaim("n5", true)]).toEqual([true, true]);
    expect(changes).toBe(2);
    const others = [
      place.suspect("n0"),
      place.unsuspect("n2"),
      place.setClaim("n5", true),
      place.setClaim("n6", false),
      place.setClaim("n3", true),
    ];
    expect([others.includes(true), changes]).toEqual([false, 2]);
  });

  it("does not take its parent for a child, whatever that claims", () => {
    const place = overlay(7, 2, "n2");
    expect(place.setClaim("n0", true)).toBe(false);
    place.setClaim("n1", true);
    expect([place.parent, place.children]).toEqual(["n0", ["n5", "n6", "n1"]]);
    // n1 is the root now.
    place.suspect("n0");
    expect([place.parent, place.children]).toEqual(["n1", ["n5", "n6"]]);
  });

  it("lists a child once that had claimed this node as its parent before", () => {
    const place = overlay(15, 2, "n1");
    place.setClaim("n7", true);
    place.suspect("n3");
    expect(place.children).toEqual(["n7", "n8", "n4"]);
  });

  it("forgets the claim of a member that is suspected, or that has left", () => {
    const place = overlay(15, 2, "n2");
    for (const member of ["n3", "n4", "n7"]) place.setClaim(member, true);
    place.suspect("n3");
    place.unsuspect("n3");
    expect(place.children).toEqual(["n5", "n6", "n4", "n7"]);
    place.membersChanged(ids(15).filter((member) => member !== "n4"));
    expect(place.children).toEqual(["n6", "n7"]);
    expect(place.setClaim("n7", false)).toBe(true);
    expect(place.setClaim("n4", false)).toBe(false);
  });

  it("follows the topology if there is one", () => {
    const topology = new Map([
      ["n0", ["n2"]],
      ["n2", ["n1"]],
    ]);
    const identity = { members: ids(3), self: "n2" };
    const place = new Overlay({ identity, peers: new DeltaTracker(), topology }, new TreeBuilder(2));
    expect([place.parent, place.children]).toEqual(["n0", ["n1"]]);
  });
});
