import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastHeight, type Topology, TreeBuilder, type TreePosition } from "../../../src/domain/tree/tree-builder.js";

const idsOf = (size: number): string[] => Array.from({ length: size }, (_, index) => `n${index}`);

type Positions = ReadonlyMap<string, TreePosition>;

function balanced(size: number, fanOut: number): Positions {
  const members = idsOf(size);
  const builder = new TreeBuilder(fanOut);
  return new Map(members.map((self) => [self, builder.balanced(members, self)]));
}

function spanning(members: readonly string[], topology: Topology): Positions {
  const builder = new TreeBuilder(32);
  return new Map(members.map((self) => [self, builder.spanning(members, topology, self)]));
}

function at(positions: Positions, id: string): TreePosition {
  return positions.get(id) as TreePosition;
}

/** Hops from the root, along the parents that the members name. */
function hopsToRoot(positions: Positions, id: string): number {
  let hops = 0;
  for (let { parent } = at(positions, id); parent !== undefined; { parent } = at(positions, parent)) {
    if (++hops > positions.size) throw new Error(`${id} is in a circle`);
  }
  return hops;
}

/** What holds of every spanning tree, whatever it was built from. */
function expectOneTree(positions: Positions): void {
  const members = [...positions.keys()];
  const height = Math.max(...members.map((id) => hopsToRoot(positions, id)));
  for (const id of members) {
    const { parent, children, level, height: claimed, heightBelow, shortcuts } = at(positions, id);
    expect(parent === undefined).toBe(id === members[0]);
    if (parent !== undefined) expect(at(positions, parent).children).toContain(id);
    for (const child of children) expect(at(positions, child).parent).toBe(id);
    expect(new Set(children).size).toBe(children.length);
    expect(level).toBe(hopsToRoot(positions, id));
    expect(claimed).toBe(height);
    expect(heightBelow).toBe(Math.max(0, ...children.map((child) => at(positions, child).heightBelow + 1)));
    const neighbours = new Set([id, ...children, ...(parent === undefined ? [] : [parent])]);
    expect(shortcuts.length).toBe(Math.min(2, members.length - neighbours.size));
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    for (const shortcut of shortcuts) expect(neighbours.has(shortcut)).toBe(false);
  }
}

/** Least hops from the first member to each that the topology connects with it. */
function leastHops(members: readonly string[], topology: Topology): Map<string, number> {
  const linked = (a: string, b: string) =>
    topology.get(a)?.includes(b) === true || topology.get(b)?.includes(a) === true;
  const hops = new Map([[members[0] as string, 0]]);
  for (const [id, distance] of hops)
    for (const other of members) if (!hops.has(other) && linked(id, other)) hops.set(other, distance + 1);
  return hops;
}

const randomTopology = fc.integer({ min: 1, max: 20 }).chain((size) => {
  const members = idsOf(size);
  const listed = fc.array(fc.constantFrom(...members, "stranger"), { maxLength: 3 });
  return fc
    .tuple(fc.shuffledSubarray(members, { minLength: size }), fc.array(listed, { minLength: size, maxLength: size }))
    .map(([order, lists]) => ({
      members: order,
      topology: new Map(members.map((id, index) => [id, lists[index] as string[]])),
    }));
});

describe("TreeBuilder.balanced", () => {
  const sizes = fc.record({ size: fc.integer({ min: 1, max: 80 }), fanOut: fc.integer({ min: 2, max: 40 }) });

  it("gives all members the same tree: one root, one parent for each other, shortcuts that are no neighbours", () => {
    fc.assert(
      fc.property(sizes, ({ size, fanOut }) => expectOneTree(balanced(size, fanOut))),
      { numRuns: 50 },
    );
  });

  it("gives nobody more children than the fan-out, and the tree the least height that this allows", () => {
    fc.assert(
      fc.property(sizes, ({ size, fanOut }) => {
        const positions = balanced(size, fanOut);
        for (const { children } of positions.values()) expect(children.length).toBeLessThanOrEqual(fanOut);
        const { height } = at(positions, "n0");
        const roomAt = (levels: number) =>
          Array.from({ length: levels + 1 }, (_, level) => fanOut ** level).reduce((sum, width) => sum + width, 0);
        expect(roomAt(height)).toBeGreaterThanOrEqual(size);
        if (height > 0) expect(roomAt(height - 1)).toBeLessThan(size);
      }),
      { numRuns: 50 },
    );
  });

  it("puts any two of 25 members within two hops with the default fan-out", () => {
    const positions = balanced(25, 32);
    expect(at(positions, "n0").children).toHaveLength(24);
    expect(at(positions, "n0").height).toBe(1);
  });

  it("keeps height 3 up to 33,000 members with the default fan-out", () => {
    expect(leastHeight(33_000, 32)).toBe(3);
    expect(leastHeight(33_825, 32)).toBe(3);
    expect(leastHeight(33_826, 32)).toBe(4);
  });

  it("spreads the load: no more children a member than the height needs", () => {
    // Height 2 holds 40 members with 6 children each; the fan-out would allow 32.
    const most = Math.max(...[...balanced(40, 32).values()].map(({ children }) => children.length));
    expect(most).toBe(6);
  });

  it("refuses to place a node that is no member", () => {
    expect(() => new TreeBuilder(2).balanced(["n0", "n1"], "n2")).toThrow("n2 is not among the members n0, n1");
  });
});

describe("TreeBuilder.spanning", () => {
  it("gives all members the same tree, whatever the topology", () => {
    fc.assert(fc.property(randomTopology, ({ members, topology }) => expectOneTree(spanning(members, topology))));
  });

  it("uses only links of the topology, and the least hops, for every member that it connects with the root", () => {
    fc.assert(
      fc.property(randomTopology, ({ members, topology }) => {
        const positions = spanning(members, topology);
        for (const [id, hops] of leastHops(members, topology)) {
          const { parent, level } = at(positions, id);
          expect(level).toBe(hops);
          if (parent === undefined) continue;
          expect(topology.get(id)?.includes(parent) === true || topology.get(parent)?.includes(id) === true).toBe(true);
        }
      }),
    );
  });

  it("makes members that the topology does not connect children of the root, so that values reach them too", () => {
    fc.assert(
      fc.property(randomTopology, ({ members, topology }) => {
        const connected = leastHops(members, topology);
        const positions = spanning(members, topology);
        for (const id of members) if (!connected.has(id)) expect(at(positions, id).parent).toBe(members[0]);
      }),
    );
  });

  it("does not depend on the order in which the topology lists links", () => {
    fc.assert(
      fc.property(randomTopology, ({ members, topology }) => {
        const reversed = new Map([...topology].reverse().map(([id, listed]) => [id, listed.toReversed()]));
        const parents = (positions: Positions) => members.map((id) => at(positions, id).parent);
        expect(parents(spanning(members, reversed))).toEqual(parents(spanning(members, topology)));
      }),
    );
  });

  it("gives a member with several links to the root the parent that comes first", () => {
    const links = new Map([
      ["n0", ["n11", "n2", "n1"]],
      ["n12", ["n11", "n2", "n1"]],
    ]);
    expect(at(spanning(idsOf(13), links), "n12").parent).toBe("n1");
  });

  it("ignores links with strangers, whichever end lists them", () => {
    const links = new Map([
      ["stranger", ["n1", "n2"]],
      ["n0", ["n1", "stranger"]],
    ]);
    const positions = spanning(idsOf(3), links);
    expect(idsOf(3).map((id) => at(positions, id).parent)).toEqual([undefined, "n0", "n0"]);
  });

  it("follows a line to its end", () => {
    const members = idsOf(5);
    const line = new Map(members.map((id, index) => [id, index < 4 ? [members[index + 1] as string] : []]));
    const positions = spanning(members, line);
    expect(members.map((id) => at(positions, id).parent)).toEqual([undefined, "n0", "n1", "n2", "n3"]);
    expect(at(positions, "n1").heightBelow).toBe(3);
  });

  it("bears a line of many members, in whichever order they stand", () => {
    const members = ["n0", ...Array.from({ length: 20_000 }, (_, index) => `n${20_000 - index}`)];
    const line = new Map(members.map((_, index) => [`n${index}`, [`n${index + 1}`]]));
    expect(new TreeBuilder(2).spanning(members, line, "n0")).toMatchObject({ children: ["n1"], height: 20_000 });
  });
});
