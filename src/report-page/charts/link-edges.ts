import { type Link, loadOf } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { COLOURS } from "./shared.js";

/** A place in a drawing, in its own units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A link between two nodes that have a place. */
export interface Edge {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly load: number;
  readonly title: string;
}

/** Places a link between two points. */
export function edgeBetween(from: Place, to: Place, link: Link, { nodes }: RunReport): Edge {
  const { one, other, there, back } = link;
  const title = `${nodes[one]} to ${nodes[other]}: ${there} messages; back: ${back}`;
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y, load: loadOf(link), title };
}

/** Options of a mark that draws edges; the thickest line is the busiest link. */
export function edgeMark(edges: readonly Edge[]) {
  const most = Math.max(1, ...edges.map(({ load }) => load));
  return {
    x1: "x1",
    y1: "y1",
    x2: "x2",
    y2: "y2",
    stroke: COLOURS.main,
    strokeOpacity: 0.5,
    strokeWidth: ({ load }: Edge) => 0.5 + (5.5 * load) / most,
    title: "title",
  };
}
