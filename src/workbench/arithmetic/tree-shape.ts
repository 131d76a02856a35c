import { TreeBuilder, type TreePosition } from "../../domain/tree/tree-builder.js";

/** An edge of the tree, by the member at its lower end. */
export interface TreeEdge {
  /** Number of members at the lower end and below it. */
  readonly below: number;
  /** Hops from the root to the lower end. */
  readonly level: number;
}

/** The shape of a tree. */
export interface TreeShape {
  /** Number of all members. */
  readonly size: number;
  /** Hops from the root to the deepest member. */
  readonly height: number;
  readonly edges: readonly TreeEdge[];
}

/**
 * The balanced tree over a number of members.
 * @param fanOut upper bound on the children of a member
 */
export function balancedTree(size: number, fanOut: number): TreeShape {
  const members = Array.from({ length: size }, (_, index) => String(index));
  const builder = new TreeBuilder(fanOut);
  return shapeOf(new Map(members.map((member) => [member, builder.balanced(members, member)])));
}

/** The shape of the tree in which every member has the given place. */
function shapeOf(positions: ReadonlyMap<string, TreePosition>): TreeShape {
  const below = (member: string): number =>
    (positions.get(member)?.children ?? []).reduce((sum, child) => sum + below(child), 1);
  const edges = [...positions].flatMap(([member, { parent, level }]) =>
    parent === undefined ? [] : [{ below: below(member), level }],
  );
  const height = edges.reduce((highest, { level }) => Math.max(highest, level), 0);
  return { size: positions.size, height, edges };
}
