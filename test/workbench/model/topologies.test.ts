import { describe, expect, it } from "vitest";
import { numberedNodes, TOPOLOGY_NAMES } from "../../../src/workbench/model/settings.js";
import { buildTopology } from "../../../src/workbench/model/topologies.js";

const degrees = (name: (typeof TOPOLOGY_NAMES)[number], count: number) =>
  Object.values(buildTopology(name, numberedNodes(count))).map((neighbours) => neighbours.length);

describe("topologies", () => {
  it("a grid of 25 has 40 edges", () => {
    expect(degrees("grid", 25).reduce((sum, degree) => sum + degree, 0)).toBe(80);
    expect(buildTopology("grid", numberedNodes(5)).n4).toEqual(["n1", "n3"]);
  });

  it("a line has two ends", () => {
    expect(degrees("line", 5)).toEqual([1, 2, 2, 2, 1]);
  });

  it("total links all nodes", () => {
    expect(degrees("total", 4)).toEqual([3, 3, 3, 3]);
  });

  it("a tree is filled row by row", () => {
    expect(buildTopology("tree4", numberedNodes(25)).n5).toEqual(["n1", "n21", "n22", "n23", "n24"]);
    expect(buildTopology("tree3", numberedNodes(5)).n0).toEqual(["n1", "n2", "n3"]);
    expect(buildTopology("tree", numberedNodes(7))).toEqual(buildTopology("tree2", numberedNodes(7)));
  });

  it.each(TOPOLOGY_NAMES)("%s names every node, and every edge on both sides", (name) => {
    for (const count of [1, 2, 3, 10, 25]) {
      const topology = buildTopology(name, numberedNodes(count));
      // Maelstrom's line of a single node has no entry for it.
      expect(Object.keys(topology)).toHaveLength(name === "line" && count === 1 ? 0 : count);
      for (const [node, neighbours] of Object.entries(topology)) {
        expect(neighbours).not.toContain(node);
        for (const neighbour of neighbours) expect(topology[neighbour]).toContain(node);
      }
    }
  });
});
