import * as Plot from "@observablehq/plot";
import type { Link } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { shortened } from "../labels.js";
import { measureAt } from "../measure.js";
import { edgeBetween, edgeMark, type Place } from "./link-edges.js";
import { COLOURS, frame } from "./shared.js";

const LARGEST = 560;
/** Distance of the names from the circle. */
const OUTSIDE = 1.09;

/** All nodes in a circle, and links between them. */
export function drawCircle(width: number, report: RunReport, links: readonly Link[]): Element {
  const size = Math.min(width, LARGEST);
  const measure = measureAt(12);
  const places = report.nodes.map((_, index): Place => {
    const angle = (2 * Math.PI * index) / report.nodes.length - Math.PI / 2;
    return { x: Math.cos(angle), y: -Math.sin(angle) };
  });
  const edges = links.map((link) => edgeBetween(places[link.one] as Place, places[link.other] as Place, link, report));
  return Plot.plot({
    ...frame(size, size),
    margin: Math.max(28, Math.min(size / 6, Math.max(...report.nodes.map(measure))) / 2 + 12),
    axis: null,
    x: { domain: [-1, 1] },
    y: { domain: [-1, 1] },
    marks: [
      Plot.link(edges, edgeMark(edges)),
      Plot.dot(places, { x: "x", y: "y", r: 4, fill: COLOURS.main }),
      Plot.text(places, {
        x: ({ x }: Place) => x * OUTSIDE,
        y: ({ y }: Place) => y * OUTSIDE,
        text: (_: Place, index: number) => shortened(report.nodes[index] ?? "", size / 6, measure),
      }),
    ],
  });
}
