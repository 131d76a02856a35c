import * as Plot from "@observablehq/plot";
import { cluster, type HierarchyPointNode, hierarchy } from "d3";
import { type Link, loadOf, type Tree } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { gutterFor, shortened } from "../labels.js";
import { measureAt } from "../measure.js";
import { type Edge, edgeBetween, edgeMark, type Place } from "./link-edges.js";
import { COLOURS, frame } from "./shared.js";

interface Placed extends Place {
  readonly name: string;
  readonly isLeaf: boolean;
  /** Messages between it and its parent; absent for the root. */
  readonly load?: number;
}

/** Pixels from one leaf to the next. */
const ROW = 20;
const WIDEST = 720;

/** The tree from left to right, with the load of each edge. */
export function drawTree(width: number, report: RunReport, links: readonly Link[], { root, parents }: Tree): Element {
  const childrenOf = (node: number) => parents.flatMap((parent, child) => (parent === node ? [child] : []));
  // Every leaf gets its own row, so that its name and number have space.
  const rooted = cluster<number>().nodeSize([1, 1])(hierarchy(root, childrenOf));
  const linkTo = ({ data, parent }: HierarchyPointNode<number>): Link | undefined => {
    if (parent === null) return undefined;
    const [one, other] = [Math.min(data, parent.data), Math.max(data, parent.data)];
    return links.find((link) => link.one === one && link.other === other) ?? { one, other, there: 0, back: 0 };
  };
  const nodes = rooted.descendants();
  const placed = nodes.map((node): Placed => {
    const link = linkTo(node);
    const name = report.nodes[node.data] ?? "";
    return { ...placeOf(node), name, isLeaf: node.children === undefined, ...(link && { load: loadOf(link) }) };
  });
  const edges = nodes.flatMap((node): Edge[] => {
    const link = linkTo(node);
    return link === undefined || node.parent === null
      ? []
      : [edgeBetween(placeOf(node.parent), placeOf(node), link, report)];
  });
  const rows = placed.map(({ y }) => y);
  const [first, last] = [Math.min(...rows) - 0.5, Math.max(...rows) + 0.5];
  const text = { x: "x", y: "y", stroke: "var(--card)", strokeWidth: 4, fill: "currentColor" };
  const leaves = placed.filter(({ isLeaf }) => isLeaf);
  const inner = placed.filter(({ isLeaf }) => !isLeaf);
  const wide = Math.min(width, WIDEST);
  const measure = measureAt(12);
  const label = ({ name, load }: Placed) => {
    const number = load === undefined ? "" : ` · ${load}`;
    return `${shortened(name, 0.3 * wide - measure(number), measure)}${number}`;
  };
  return Plot.plot({
    ...frame(wide, 24 + ROW * (last - first)),
    marginLeft: 12,
    marginRight: gutterFor(leaves.map(label), wide, 48, measure) + 4,
    marginTop: 12,
    marginBottom: 12,
    axis: null,
    x: { domain: [0, Math.max(1, rooted.height)] },
    y: { domain: [last, first] },
    marks: [
      Plot.link(edges, { ...edgeMark(edges), curve: "bump-x" }),
      Plot.dot(placed, { x: "x", y: "y", r: 4, fill: COLOURS.main }),
      // The root's name begins at the edge, where half of a long one would be cut off.
      Plot.text(inner, {
        ...text,
        filter: ({ x }: Placed) => x === 0,
        text: label,
        textAnchor: "start",
        dx: -8,
        dy: -13,
      }),
      Plot.text(inner, { ...text, filter: ({ x }: Placed) => x > 0, text: label, dy: -13 }),
      Plot.text(leaves, { ...text, text: label, textAnchor: "start", dx: 9 }),
    ],
  });
}

function placeOf({ depth, x }: HierarchyPointNode<number>): Place {
  return { x: depth, y: x };
}
