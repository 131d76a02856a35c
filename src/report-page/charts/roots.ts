import * as Plot from "@observablehq/plot";
import { activityEnd } from "../../workbench/report/data/activity.js";
import { type RootSpan, rootsOf } from "../../workbench/report/data/links.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { COLOURS, faultMargin, faultMarks, frame, inSeconds, leftMargin, rowNames } from "./shared.js";

/** The roots of the tree over time; `undefined` for nodes without a tree. */
export function roots(report: RunReport): Chart | undefined {
  const spans = rootsOf(report);
  if (spans.length === 0) return undefined;
  const end = activityEnd(report);
  const nodes = [...new Set(spans.map(({ node }) => report.nodes[node] as string))];
  return {
    id: "roots",
    title: "The root over time",
    explanation:
      "A node is a root while it receives upward messages and sends none. During a partition each side may have its own root.",
    draw: (width) => {
      const marginLeft = leftMargin(width, report.faults, nodes);
      return Plot.plot({
        ...frame(width, faultMargin(report.faults) + 26 * nodes.length + 40),
        marginLeft,
        marginTop: faultMargin(report.faults),
        x: { label: "time (s)", domain: [0, inSeconds(end)] },
        y: { label: null, domain: nodes, tickSize: 0, tickFormat: rowNames(marginLeft) },
        marks: [
          ...faultMarks(report.faults, { end }),
          Plot.barX(spans, {
            x1: ({ from }: RootSpan) => inSeconds(from),
            x2: ({ to }: RootSpan) => inSeconds(to),
            y: ({ node }: RootSpan) => report.nodes[node],
            fill: COLOURS.series[2],
            insetTop: 5,
            insetBottom: 5,
            title: ({ node, from, to }: RootSpan) =>
              `${report.nodes[node]}: ${inSeconds(from).toFixed(1)} s to ${inSeconds(to).toFixed(1)} s`,
          }),
          Plot.ruleY([]),
        ],
      });
    },
    table: {
      head: ["root", "from (s)", "to (s)"],
      rows: spans.map(({ node, from, to }) => [
        report.nodes[node] ?? "",
        inSeconds(from).toFixed(3),
        inSeconds(to).toFixed(3),
      ]),
    },
  };
}
