import * as Plot from "@observablehq/plot";
import type { FaultSpan } from "../../workbench/report/data/run-report.js";
import { gutterFor, shortened } from "../labels.js";
import { measureAt } from "../measure.js";

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

/** Of what charts say, in pixels. */
const FONT_SIZE = 12;

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
    style: { fontSize: `${FONT_SIZE}px`, fontFamily: "inherit", overflow: "visible" },
  };
}

/** Seconds for an axis. */
export function inSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** Height of the row in which the spans of one kind of fault have their name. */
const FAULT_ROW = 13;

/** How the name of a row of faults is drawn. */
const ROW_NAME = {
  frameAnchor: "top-left",
  textAnchor: "end",
  dx: -4,
  fontSize: 10,
  fill: "var(--faint)",
  className: "fault-name",
  text: (kind: string) => kind,
} as const;

/** Pixels that the names of faults need to the left of a chart. */
const FAULT_NAMES = 56;

/** Room (pixels) for what stands to the left of a chart: names of rows, numbers of an axis, names of faults. */
export function leftMargin(width: number, faults: readonly FaultSpan[], names: readonly string[] = []): number {
  const least = faults.length === 0 ? 48 : FAULT_NAMES;
  return gutterFor(names, width, least, measureAt(FONT_SIZE));
}

/** Writes the names of rows, shortened to the room that there is. @param margin as `leftMargin` gave it */
export function rowNames(margin: number): (name: string) => string {
  const measure = measureAt(FONT_SIZE);
  return (name) => shortened(name, margin - 8, measure);
}

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
      // Once per row and beside it: in the row names of short faults would cover one another.
      Plot.text([kind], { ...ROW_NAME, dy: 1 - above }),
    ];
  });
}

function kindsOf(faults: readonly FaultSpan[]): readonly string[] {
  return [...new Set(faults.map(({ kind }) => kind))];
}
