import { busiestTree, type Link, linksOf, loadOf, type Tree, treeOf } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { drawCircle } from "./link-circle.js";
import { drawTree } from "./link-tree.js";

/** Links that are drawn where there is no tree: the busiest. */
const MOST_LINKS = 80;
const MOST_ROWS = 100;
const BY_PARENTS = "Who sent upwards to whom most of the time.";
const BUSIEST = "The nodes tell of no tree: these are the busiest links that connect all of them.";

/** Where the messages went: the tree with the load of its edges, or the busiest links of nodes that are in none; undefined if there were no messages. */
export function links(report: RunReport): Chart | undefined {
  const all = linksOf(report);
  if (all.length === 0) return undefined;
  const known = treeOf(report);
  const tree = known ?? busiestTree(report);
  const busiest = all.slice(0, MOST_LINKS);
  return {
    id: "links",
    title: tree === undefined ? "Where messages went" : "The tree, and the load of its edges",
    explanation:
      tree === undefined
        ? `The ${busiest.length} busiest links between two nodes; the thicker the more messages, both directions together.`
        : `${known === undefined ? BUSIEST : BY_PARENTS} Numbers: messages on the edge, both directions together. ${shareOf(tree, all)} % of all messages went along these edges.`,
    draw: (width) => (tree === undefined ? drawCircle(width, report, busiest) : drawTree(width, report, all, tree)),
    table: {
      head: ["link", "messages", "there", "back"],
      rows: all
        .slice(0, MOST_ROWS)
        .map((link) => [
          `${report.nodes[link.one]} – ${report.nodes[link.other]}`,
          String(loadOf(link)),
          String(link.there),
          String(link.back),
        ]),
    },
  };
}

/** How many of a hundred messages went along the edges of the tree. */
function shareOf({ parents }: Tree, all: readonly Link[]): number {
  const isEdge = ({ one, other }: Link) => parents[one] === other || parents[other] === one;
  const sum = (some: readonly Link[]) => some.reduce((total, link) => total + loadOf(link), 0);
  return Math.round((100 * sum(all.filter(isEdge))) / Math.max(1, sum(all)));
}
