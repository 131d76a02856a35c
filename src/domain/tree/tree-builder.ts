import type { MemberId } from "../ports/transport.js";
import { perObject } from "../values/per-object.js";
import { SpanningTree, type TreePosition } from "./spanning-tree.js";

export type { TreePosition };

/** Returns the members next to a member in the tree: its parent, if it has one, and its children. */
export function treeNeighbours({ parent, children }: Pick<TreePosition, "parent" | "children">): readonly MemberId[] {
  return parent === undefined ? children : [parent, ...children];
}

/** Neighbours by member id, as Maelstrom's `topology` gives them. */
export type Topology = ReadonlyMap<MemberId, readonly MemberId[]>;

/**
 * Builds spanning trees. All members compute the same tree from the same input without communication, so everything
 * here is a pure function of its arguments. The first member is the root.
 */
export class TreeBuilder {
  /** @param fanOut maximum number of children per member in a balanced tree (1 or more) */
  constructor(private readonly fanOut: number) {}

  /** Builds a spanning tree of the topology, if there is one, and otherwise a balanced tree over `members`. */
  build(members: readonly MemberId[], topology: Topology | undefined, self: MemberId): TreePosition {
    return topology === undefined ? this.balanced(members, self) : this.spanning(members, topology, self);
  }

  /**
   * Builds a balanced tree over `members`: complete, in member order, of the least height that the fan-out allows, with
   * the least number of children per member for that height. 25 members and a fan-out of 32 form a star.
   */
  balanced(members: readonly MemberId[], self: MemberId): TreePosition {
    return balancedTrees(members)(this.fanOut).positionOf(self);
  }

  /**
   * Builds a spanning tree of the given topology: breadth first from the first member, so that every member is as few
   * hops from the root as the topology allows. Members that the topology does not connect become children of the root,
   * because values must reach them too.
   */
  spanning(members: readonly MemberId[], topology: Topology, self: MemberId): TreePosition {
    return spanningTrees(topology)(members).positionOf(self);
  }
}

/** The least height of a tree of `size` members in which none has more than `fanOut` children. */
export function leastHeight(size: number, fanOut: number): number {
  let height = 0;
  for (let capacity = 1, level = 1; capacity < size; height++) {
    level *= fanOut;
    capacity += level;
  }
  return height;
}

/** The least fan-out with which `size` members fit into a tree of the given height. */
function leastFanOut(size: number, height: number): number {
  let fanOut = 1;
  while (leastHeight(size, fanOut) > height) fanOut++;
  return fanOut;
}

/** The balanced trees over a list of members, by fan-out. */
const balancedTrees = perObject((members: readonly MemberId[]) => {
  const trees = new Map<number, SpanningTree>();
  return (most: number): SpanningTree => {
    let tree = trees.get(most);
    if (tree === undefined) {
      const fanOut = leastFanOut(members.length, leastHeight(members.length, most));
      // At the root this is -1.
      const parents = members.map((_, index) => Math.floor((index - 1) / fanOut));
      tree = new SpanningTree(members, parents);
      trees.set(most, tree);
    }
    return tree;
  };
});

/** The spanning trees of a topology, by list of members. */
const spanningTrees = perObject((topology: Topology) =>
  perObject((members: readonly MemberId[]) => new SpanningTree(members, breadthFirst(members, topology))),
);

/** A member as its index, and the members that it is linked to. */
interface Linked {
  readonly index: number;
  readonly neighbours: Set<Linked>;
}

/** The parent of each member, as an index; -1 for the root. */
function breadthFirst(members: readonly MemberId[], topology: Topology): number[] {
  const linked = new Map<MemberId, Linked>(
    members.map((member, index) => [member, { index, neighbours: new Set<Linked>() }]),
  );
  for (const [from, listed] of topology) {
    for (const to of listed) {
      const [one, other] = [linked.get(from), linked.get(to)];
      if (one === undefined || other === undefined) continue;
      // A link that only one end lists counts as a link.
      one.neighbours.add(other);
      other.neighbours.add(one);
    }
  }
  const parents = new Array<number>(members.length).fill(0);
  parents[0] = -1;
  const reached = new Set([...linked.values()].slice(0, 1));
  for (const { index, neighbours } of reached) {
    for (const next of [...neighbours].sort((a, b) => a.index - b.index)) {
      if (reached.has(next)) continue;
      parents[next.index] = index;
      reached.add(next);
    }
  }
  return parents;
}
