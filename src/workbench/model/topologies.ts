import type { TopologyName } from "./settings.js";

/** Neighbours by node id, as in the `topology` message. */
export type Topology = { readonly [nodeId: string]: readonly string[] };

/** The topology of that name over the given nodes. */
export function buildTopology(name: TopologyName, nodes: readonly string[]): Topology {
  switch (name) {
    case "grid":
      return grid(nodes);
    case "line":
      // As in Maelstrom, whose line of a single node has no entry for it.
      return nodes.length < 2 ? {} : neighboursAt(nodes, (index) => [index - 1, index + 1]);
    case "total":
      return neighboursAt(nodes, (index) => nodes.map((_, other) => other).filter((other) => other !== index));
    case "tree":
    case "tree2":
      return tree(nodes, 2);
    case "tree3":
      return tree(nodes, 3);
    case "tree4":
      return tree(nodes, 4);
  }
}

/** Rows of the smallest sufficient square; the last rows may be short or empty. Neighbours: below, above, right, left. */
function grid(nodes: readonly string[]): Topology {
  const side = Math.ceil(Math.sqrt(nodes.length));
  return neighboursAt(nodes, (index) => {
    const column = index % side;
    const sameRow = [column + 1 < side ? index + 1 : -1, column > 0 ? index - 1 : -1];
    return [index + side, index - side, ...sameRow];
  });
}

/** A complete tree filled row by row: the children of node i are nodes branching·i + 1 … branching·i + branching. */
function tree(nodes: readonly string[], branching: number): Topology {
  return neighboursAt(nodes, (index) => {
    const parent = index === 0 ? -1 : Math.floor((index - 1) / branching);
    const children = Array.from({ length: branching }, (_, child) => branching * index + 1 + child);
    return [parent, ...children];
  });
}

function neighboursAt(nodes: readonly string[], indexesOf: (index: number) => readonly number[]): Topology {
  const topology: Record<string, readonly string[]> = {};
  nodes.forEach((node, index) => {
    topology[node] = indexesOf(index)
      .map((neighbour) => nodes[neighbour])
      .filter((neighbour) => neighbour !== undefined);
  });
  return topology;
}
