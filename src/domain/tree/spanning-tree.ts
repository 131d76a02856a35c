import { memberIndex } from "../identity/member-index.js";
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

/** A spanning tree of all members: computed once, and shared by the nodes of one process that use the same list. */
export class SpanningTree {
  /** The parent of each member, as an index; -1 for the root. */
  private readonly parents: Int32Array;
  /** Level of the deepest member below each member, itself included. */
  private readonly depths: Int32Array;
  /** The members, as indices, in the order of their parents: the children of a member are next to each other. */
  private readonly byParent: Int32Array;
  /** Position in `byParent` of the first child of each member. */
  private readonly firstChild: Int32Array;

  /** @param parents the parent of each member, as an index; -1 for the root */
  constructor(
    private readonly members: readonly MemberId[],
    parents: readonly number[],
  ) {
    this.parents = Int32Array.from(parents);
    this.depths = depthsOf(parents);
    this.firstChild = new Int32Array(parents.length + 1);
    const { firstChild } = this;
    for (const parent of parents) if (parent >= 0) firstChild[parent + 1] = (firstChild[parent + 1] as number) + 1;
    for (let index = 0; index < parents.length; index++)
      firstChild[index + 1] = (firstChild[index + 1] as number) + (firstChild[index] as number);
    const next = firstChild.slice();
    this.byParent = new Int32Array(parents.length);
    for (const [index, parent] of parents.entries()) {
      if (parent < 0) continue;
      const place = next[parent] as number;
      this.byParent[place] = index;
      next[parent] = place + 1;
    }
  }

  /** @throws {RangeError} if the member is not in the tree */
  positionOf(self: MemberId): TreePosition {
    const { members, parents, depths, firstChild } = this;
    const own = memberIndex(members).get(self);
    if (own === undefined) throw new RangeError(`${self} is not among the members ${members.join(", ")}`);
    const at = (index: number) => members[index] as MemberId;
    const parent = parents[own] as number;
    let level = 0;
    for (let above = parent; above >= 0; above = parents[above] as number) level++;
    const children = this.byParent.subarray(firstChild[own], firstChild[own + 1]);
    return {
      parent: members[parent],
      children: Array.from(children, at),
      shortcuts: shortcutsOf(own, parents).map(at),
      level,
      heightBelow: (depths[own] as number) - level,
      height: depths[0] as number,
    };
  }
}

/** A level that is not computed yet. */
const UNKNOWN = -1;

function levelsOf(parents: readonly number[]): Int32Array {
  const levels = new Int32Array(parents.length).fill(UNKNOWN);
  for (let index = 0; index < parents.length; index++) {
    // Walks up to a known level and down again. Recursion would overflow the stack in a chain of many thousand members.
    const path: number[] = [];
    for (let at = index; levels[at] === UNKNOWN; at = parents[at] as number) path.push(at);
    // The root has level 0: the -1 below is the level above it, and not `UNKNOWN`.
    for (let at = path.pop(); at !== undefined; at = path.pop()) levels[at] = (levels[parents[at] as number] ?? -1) + 1;
  }
  return levels;
}

function depthsOf(parents: readonly number[]): Int32Array {
  // At first each member's own level.
  const depths = levelsOf(parents);
  // The deepest members first, so that a member's depth is final before its parent needs it.
  const order = Int32Array.from(depths.keys()).sort(
    (one, other) => (depths[other] as number) - (depths[one] as number),
  );
  for (const index of order) {
    const parent = parents[index] as number;
    if (parent >= 0) depths[parent] = Math.max(depths[parent] as number, depths[index] as number);
  }
  return depths;
}

/**
 * The members halfway round the ring of members, and one further: far from a member's own branch in a balanced tree,
 * and spread evenly (every member is a shortcut of another one).
 */
function shortcutsOf(own: number, parents: Int32Array): number[] {
  const size = parents.length;
  const isNeighbour = (index: number) => index === own || parents[index] === own || parents[own] === index;
  const shortcuts: number[] = [];
  for (let step = 0; step < size && shortcuts.length < 2; step++) {
    const candidate = (own + Math.floor(size / 2) + step) % size;
    if (!isNeighbour(candidate)) shortcuts.push(candidate);
  }
  return shortcuts;
}
