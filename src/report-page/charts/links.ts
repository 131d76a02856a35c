import { busiestTree, type Link, linksOf, loadOf, type Tree, treeOf } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { drawCircle } from "./link-circle.js";
import { drawTree } from "./link-tree.js";

/** Upper bound on the links drawn without a tree: the busiest. */
const MOST_LINKS = 80;
const MOST_ROWS = 100;
const BY_PARENTS = "Each node below the node to which it sent upwards most of the time.";
const BUSIEST = "The messages show no tree, so these are the busiest links that connect all nodes.";

/** Load of the links: the tree with its edges, or the busiest links of nodes without a tree; `undefined` if there were no messages. */
export function links(report: RunReport): Chart | undefined {
  const all = linksOf(report);
  if (all.length === 0) return undefined;
  const known = treeOf(report);
  const tree = known ?? busiestTree(report);
  const busiest = all.slice(0, MOST_LINKS);
  return {
    id: "links",
    title: tree === undefined ? "Load of the links" : "The tree and the load of its edges",
    explanation:
      tree === undefined
        ? `The ${busiest.length} busiest links between two nodes. A thicker line means more messages, in both directions together.`
        : `${known === undefined ? BUSIEST : BY_PARENTS} Numbers: messages on the edge, in both directions together. ${shareOf(tree, all)} % of all messages used these edges.`,
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

/** Percentage of the messages that used the edges of the tree. */
function shareOf({ parents }: Tree, all: readonly Link[]): number {
  const isEdge = ({ one, other }: Link) => parents[one] === other || parents[other] === one;
  const sum = (some: readonly Link[]) => some.reduce((total, link) => total + loadOf(link), 0);
  return Math.round((100 * sum(all.filter(isEdge))) / Math.max(1, sum(all)));
}
