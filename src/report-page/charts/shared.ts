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

/** Height of the row in which the spans of one kind of fault have their name. */
const FAULT_ROW = 13;

/** Height that the names of the faults need above a chart. */
export function faultMargin(faults: readonly FaultSpan[]): number {
  return 22 + FAULT_ROW * kindsOf(faults).length;
}

/** Shades the time of every fault; the axis x is in seconds, the margin at the top `faultMargin`. */
export function faultMarks(faults: readonly FaultSpan[]): Plot.Markish[] {
  return kindsOf(faults).flatMap((kind, row, kinds) => {
    const spans = faults.filter((fault) => fault.kind === kind);
    const above = FAULT_ROW * (kinds.length - row);
    return [
      Plot.rectX(spans, {
        x1: ({ from }: FaultSpan) => inSeconds(from),
        x2: ({ to }: FaultSpan) => inSeconds(to),
        insetTop: -above,
        fill: COLOURS.fault,
        fillOpacity: 0.16,
        className: "fault",
        title: ({ detail }: FaultSpan) => `${kind}: ${detail}`,
      }),
      Plot.text(spans, {
        x: ({ from }: FaultSpan) => inSeconds(from),
        text: "kind",
        frameAnchor: "top",
        textAnchor: "start",
        dx: 2,
        dy: 1 - above,
        fontSize: 10,
      }),
    ];
  });
}

function kindsOf(faults: readonly FaultSpan[]): readonly string[] {
  return [...new Set(faults.map(({ kind }) => kind))];
}
