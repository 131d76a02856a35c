import * as Plot from "@observablehq/plot";
import type { FaultSpan } from "../../workbench/report/data/run-report.js";

/** Colours of the page's own; they differ in light and dark (style.css), so charts need not be drawn again. */
export const COLOURS = {
  main: "var(--blue)",
  ground: "var(--card)",
  warning: "var(--vermillion)",
  limit: "var(--vermillion)",
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

const FAULT_COLOURS = ["--orange", "--purple", "--sky", "--green", "--yellow", "--vermillion"];

/** Name of the page's colour for the kind of fault that has this number among the kinds of the run. */
export function faultColour(kind: number): string {
  return FAULT_COLOURS[kind % FAULT_COLOURS.length] as string;
}

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

/** From this share of the axis on a name stands to the left of its span, to have room. */
const LABEL_TURNS = 0.85;

/** Names in one row that begin closer together than this share of the axis would cover one another on a phone. */
const LABEL_ROOM = 0.17;

/** Height that the names of the faults need above a chart. */
export function faultMargin(faults: readonly FaultSpan[]): number {
  return 22 + FAULT_ROW * kindsOf(faults).length;
}

/** How the faults are drawn into a chart. */
export interface FaultOptions {
  /** Where the axis ends, in ms. */
  readonly end: number;
  /** Height (in pixels) at the bottom that is not to be shaded; default 0. */
  readonly unshaded?: number;
}

/** Shades the time of every fault; the axis x is in seconds, the margin at the top `faultMargin`. */
export function faultMarks(faults: readonly FaultSpan[], { end, unshaded = 0 }: FaultOptions): Plot.Markish[] {
  return kindsOf(faults).flatMap((kind, row, kinds) => {
    const spans = faults.filter((fault) => fault.kind === kind && fault.from < end);
    const above = FAULT_ROW * (kinds.length - row);
    const isNearEnd = ({ from }: FaultSpan) => from > LABEL_TURNS * end;
    const label = {
      x: ({ from }: FaultSpan) => inSeconds(from),
      text: "kind",
      frameAnchor: "top",
      fontSize: 10,
    } as const;
    const named = spans.filter((span, index) => {
      const before = spans[index - 1]?.from ?? Number.NEGATIVE_INFINITY;
      // Two names that stand in the same gap need twice the room.
      return span.from - before >= LABEL_ROOM * end * (isNearEnd(span) ? 2 : 1);
    });
    return [
      Plot.rectX(spans, {
        x1: ({ from }: FaultSpan) => inSeconds(from),
        x2: ({ to }: FaultSpan) => inSeconds(Math.min(to, end)),
        insetTop: -above,
        insetBottom: unshaded,
        fill: `var(${faultColour(row)})`,
        fillOpacity: 0.18,
        className: "fault",
        title: ({ detail }: FaultSpan) => `${kind}: ${detail}`,
      }),
      Plot.text(named, { ...label, filter: (span) => !isNearEnd(span), textAnchor: "start", dx: 2, dy: 1 - above }),
      Plot.text(named, { ...label, filter: isNearEnd, textAnchor: "end", dx: -2, dy: 1 - above }),
    ];
  });
}

function kindsOf(faults: readonly FaultSpan[]): readonly string[] {
  return [...new Set(faults.map(({ kind }) => kind))];
}
