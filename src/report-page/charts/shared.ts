import * as Plot from "@observablehq/plot";
import type { FaultSpan } from "../../workbench/report/data/run-report.js";

/** Colours of the page's own; they differ in light and dark (style.css), so charts need not be drawn again. */
export const COLOURS = {
  main: "var(--blue)",
  warning: "var(--vermillion)",
  limit: "var(--vermillion)",
  fault: "var(--orange)",
  series: [
    "var(--blue)",
    "var(--orange)",
    "var(--green)",
    "var(--purple)",
    "var(--sky)",
    "var(--vermillion)",
    "var(--yellow)",
  ],
} as const;

/** What all plots have in common. */
export function frame(width: number, height: number): Plot.PlotOptions {
  return {
    width,
    height,
    marginRight: 16,
    marginBottom: 40,
    style: { fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
  };
}

/** Seconds for an axis. */
export function inSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** Height that the names of the faults need above a chart. */
export function faultMargin(faults: readonly FaultSpan[]): number {
  return 20 + 11 * new Set(faults.map(({ kind }) => kind)).size;
}

/** Shades the time of every fault; the axis x is in seconds, the margin at the top `faultMargin`. */
export function faultMarks(faults: readonly FaultSpan[]): Plot.Markish[] {
  if (faults.length === 0) return [];
  const kinds = [...new Set(faults.map(({ kind }) => kind))];
  return [
    Plot.rectX(faults, {
      x1: (fault: FaultSpan) => inSeconds(fault.from),
      x2: (fault: FaultSpan) => inSeconds(fault.to),
      fill: COLOURS.fault,
      fillOpacity: 0.16,
      title: (fault: FaultSpan) => `${fault.kind}: ${fault.detail}`,
    }),
    ...kinds.map((kind, row) =>
      Plot.text(
        faults.filter((fault) => fault.kind === kind),
        {
          x: (fault: FaultSpan) => inSeconds(fault.from),
          text: "kind",
          frameAnchor: "top",
          textAnchor: "start",
          dx: 1,
          dy: -11 * (kinds.length - row),
          fontSize: 10,
        },
      ),
    ),
  ];
}
