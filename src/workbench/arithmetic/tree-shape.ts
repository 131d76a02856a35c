import { TreeBuilder } from "../../domain/tree-builder.js";

/** What the arithmetic has to know of a tree. */
export interface TreeShape {
  /** Members in all. */
  readonly size: number;
  /** Hops from the root to the deepest member. */
  readonly height: number;
  /** For each edge, the members below it. */
  readonly subtrees: readonly number[];
}

/**
 * The balanced tree over a number of members.
 * @param fanOut the most children that a member may have
 */
export function balancedTree(size: number, fanOut: number): TreeShape {
  const members = Array.from({ length: size }, (_, index) => String(index));
  const builder = new TreeBuilder(fanOut);
  const positions = members.map((member) => builder.balanced(members, member));
  const below = new Array<number>(size).fill(1);
  // Children come after their parents in member order.
  for (let index = size - 1; index > 0; index--) {
    const parent = Number(positions[index]?.parent);
    below[parent] = (below[parent] as number) + (below[index] as number);
  }
  return { size, height: positions[0]?.height ?? 0, subtrees: below.slice(1) };
}
