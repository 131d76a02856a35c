import type { MemberId } from "../ports/transport.js";

/** A member's place in the spanning tree. */
export interface TreePosition {
  /** The parent; `undefined` at the root. */
  readonly parent: MemberId | undefined;
  readonly children: readonly MemberId[];
  /** One or two members that are no neighbours in the tree: other routes to the rest of the cluster if the tree is cut. */
  readonly shortcuts: readonly MemberId[];
  /** Hops to the root. */
  readonly level: number;
  /** Hops from this member to the deepest one below it. */
  readonly heightBelow: number;
  /** Hops from the root to the deepest member. */
  readonly height: number;
}

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

  /**
   * Builds a balanced tree over `members`: complete, in member order, of the least height that the fan-out allows, with
   * the least number of children per member for that height. 25 members and a fan-out of 32 form a star.
   */
  balanced(members: readonly MemberId[], self: MemberId): TreePosition {
    const fanOut = leastFanOut(members.length, leastHeight(members.length, this.fanOut));
    const parents = members.map((_, index) => (index === 0 ? -1 : Math.floor((index - 1) / fanOut)));
    return positionOf(members, parents, self);
  }

  /**
   * Builds a spanning tree of the given topology: breadth first from the first member, so that every member is as few
   * hops from the root as the topology allows. Members that the topology does not connect become children of the root,
   * because values must reach them too.
   */
  spanning(members: readonly MemberId[], topology: Topology, self: MemberId): TreePosition {
    const indexOf = new Map(members.map((member, index) => [member, index]));
    const neighbours: Set<number>[] = members.map(() => new Set());
    for (const [from, listed] of topology) {
      for (const to of listed) {
        const [a, b] = [indexOf.get(from), indexOf.get(to)];
        if (a === undefined || b === undefined || a === b) continue;
        // A link that only one end lists counts as a link.
        neighbours[a]?.add(b);
        neighbours[b]?.add(a);
      }
    }
    const parents = new Array<number>(members.length).fill(0);
    parents[0] = -1;
    const reached = new Set([0]);
    for (const index of reached) {
      for (const next of [...(neighbours[index] ?? [])].sort((a, b) => a - b)) {
        if (reached.has(next)) continue;
        parents[next] = index;
        reached.add(next);
      }
    }
    return positionOf(members, parents, self);
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

function positionOf(members: readonly MemberId[], parents: readonly number[], self: MemberId): TreePosition {
  const own = members.indexOf(self);
  if (own < 0) throw new RangeError(`${self} is not among the members ${members.join(", ")}`);
  const levels = levelsOf(parents);
  const at = (index: number) => members[index] as MemberId;
  const parent = parents[own] as number;
  const children = indicesWhere(parents, (above) => above === own);
  return {
    parent: parent < 0 ? undefined : at(parent),
    children: children.map(at),
    shortcuts: shortcutsOf(own, parents).map(at),
    level: levels[own] as number,
    heightBelow: heightBelow(own, parents, levels),
    height: levels.reduce((highest, level) => Math.max(highest, level), 0),
  };
}

function levelsOf(parents: readonly number[]): number[] {
  const levels = new Array<number>(parents.length).fill(-1);
  for (let index = 0; index < parents.length; index++) {
    // Walks up to a known level and down again. Recursion would overflow the stack in a chain of many thousand members.
    const path: number[] = [];
    for (let at = index; at >= 0 && (levels[at] as number) < 0; at = parents[at] as number) path.push(at);
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      const parent = parents[at] as number;
      levels[at] = parent < 0 ? 0 : (levels[parent] as number) + 1;
    }
  }
  return levels;
}

function heightBelow(own: number, parents: readonly number[], levels: readonly number[]): number {
  let deepest = levels[own] as number;
  for (let index = 0; index < parents.length; index++) {
    if ((levels[index] as number) <= deepest) continue;
    let above = index;
    while (above >= 0 && above !== own) above = parents[above] as number;
    if (above === own) deepest = levels[index] as number;
  }
  return deepest - (levels[own] as number);
}

/**
 * The members halfway round the ring of members, and one further: far from a member's own branch in a balanced tree,
 * and spread evenly (every member is a shortcut of another one).
 */
function shortcutsOf(own: number, parents: readonly number[]): number[] {
  const size = parents.length;
  const isNeighbour = (index: number) => index === own || parents[index] === own || parents[own] === index;
  const shortcuts: number[] = [];
  for (let step = 0; step < size && shortcuts.length < 2; step++) {
    const candidate = (own + Math.floor(size / 2) + step) % size;
    if (!isNeighbour(candidate)) shortcuts.push(candidate);
  }
  return shortcuts;
}

function indicesWhere(list: readonly number[], test: (entry: number) => boolean): number[] {
  return list.flatMap((entry, index) => (test(entry) ? [index] : []));
}
