import * as Plot from "@observablehq/plot";
import type { FaultSpan } from "../../workbench/report/data/run-report.js";
import { gutterFor, shortened } from "../labels.js";
import { measureAt } from "../measure.js";

/** Colours of the page; style.css defines them for light and dark, so charts need not be redrawn. */
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

/** Size of texts in charts, in pixels. */
const FONT_SIZE = 12;

const FAULT_COLOURS = ["--orange", "--purple", "--sky", "--green", "--yellow", "--vermillion"];

/** Name of the page's colour for a kind of fault, by its number among the kinds of the run. */
export function faultColour(kind: number): string {
  return FAULT_COLOURS[kind % FAULT_COLOURS.length] as string;
}

/** Options that all plots share. */
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

/** Height of the row with the name of one kind of fault. */
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

/** Space (pixels) to the left of a chart: for names of rows, numbers of an axis, names of faults. */
export function leftMargin(width: number, faults: readonly FaultSpan[], names: readonly string[] = []): number {
  const least = faults.length === 0 ? 48 : FAULT_NAMES;
  return gutterFor(names, width, least, measureAt(FONT_SIZE));
}

/** Writes the names of rows, shortened to the available space. @param margin as returned by `leftMargin` */
export function rowNames(margin: number): (name: string) => string {
  const measure = measureAt(FONT_SIZE);
  return (name) => shortened(name, margin - 8, measure);
}

/** Height that the names of the faults need above a chart. */
export function faultMargin(faults: readonly FaultSpan[]): number {
  return 22 + FAULT_ROW * kindsOf(faults).length;
}

/** How faults are drawn in a chart. */
export interface FaultOptions {
  /** End of the axis, in ms. */
  readonly end: number;
  /** Height (in pixels) at the bottom without shading; default 0. */
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
      // One name per row, beside it: inside the row, names of short faults would cover each other.
      Plot.text([kind], { ...ROW_NAME, dy: 1 - above }),
    ];
  });
}

function kindsOf(faults: readonly FaultSpan[]): readonly string[] {
  return [...new Set(faults.map(({ kind }) => kind))];
}
