import * as Plot from "@observablehq/plot";
import { quantile } from "../../workbench/model/quantiles.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { COLOURS, frame } from "./shared.js";

interface Line {
  readonly name: string;
  readonly at: number;
  readonly isLimit: boolean;
}

const QUANTILES = [
  ["median", 0.5],
  ["95 %", 0.95],
  ["99 %", 0.99],
  ["maximum", 1],
] as const;
/** Height of a label, in pixels. */
const ROW = 14;

/** How the latencies of the values are spread, with quantiles and limits; undefined if there are none. */
export function latencyDistribution({ values, limits, latencyMeaning }: RunReport): Chart | undefined {
  const latencies = values.flatMap(({ latency }) => (latency === undefined ? [] : [latency])).sort((a, b) => a - b);
  if (latencies.length === 0) return undefined;
  const measured: Line[] = QUANTILES.map(([name, q]) => ({ name, at: quantile(latencies, q), isLimit: false }));
  const limit = (name: string, at: number | undefined): Line[] =>
    at === undefined ? [] : [{ name, at, isLimit: true }];
  const lines = [
    ...measured,
    ...limit("median's limit", limits.medianLatency),
    ...limit("maximum's limit", limits.maxLatency),
  ].sort((one, other) => one.at - other.at);
  return {
    id: "latency",
    title: "Latency of the values",
    explanation: latencyMeaning,
    draw: (width) => draw(width, latencies, lines),
    table: {
      head: ["", "latency (ms)"],
      rows: lines.map(({ name, at }) => [name, at.toFixed(1)]),
    },
  };
}

function draw(width: number, latencies: readonly number[], lines: readonly Line[]): Element {
  const furthest = Math.max(1, ...lines.map(({ at }) => at));
  const isLeft = ({ at }: Line) => at <= furthest / 2;
  const labels = [
    ...lines.filter(isLeft).map((line) => ({ line, isRight: false })),
    // To the left of their lines, and so in the opposite order: no line crosses the label of another.
    ...lines
      .filter((line) => !isLeft(line))
      .toReversed()
      .map((line) => ({ line, isRight: true })),
  ];
  const top = ROW * labels.length;
  const bins = Plot.binX(
    { y: "count" },
    { x: (latency: number) => latency, thresholds: Math.max(12, Math.floor(width / 18)) },
  );
  return Plot.plot({
    ...frame(width, 240 + top),
    marginTop: 16 + top,
    x: { label: "latency (ms)", domain: [0, furthest * 1.02] },
    y: { label: "values", grid: true },
    marks: [
      Plot.rectY(latencies, { ...bins, fill: COLOURS.main, insetLeft: 0.5, insetRight: 0.5 }),
      ...labels.flatMap(({ line, isRight }, row) => labelled(line, isRight, ROW * row - top)),
      Plot.ruleY([0]),
    ],
  });
}

/** A line from the axis up to its label, `above` pixels (negative) from the top of the bars. */
function labelled(line: Line, isRight: boolean, above: number): Plot.Markish[] {
  const stroke = line.isLimit ? COLOURS.limit : "currentColor";
  const dashes = line.isLimit ? "5 3" : "none";
  const anchor = isRight ? { textAnchor: "end" as const, dx: -5 } : { textAnchor: "start" as const, dx: 5 };
  return [
    Plot.ruleX([line], { x: "at", stroke, strokeWidth: 1.25, strokeDasharray: dashes, insetTop: above + 3 }),
    Plot.text([line], {
      x: "at",
      text: labelOf,
      frameAnchor: "top",
      ...anchor,
      dy: above + 2,
      fill: stroke,
      stroke: COLOURS.ground,
      strokeWidth: 4,
    }),
  ];
}

function labelOf({ name, at }: Line): string {
  return `${name} ${at.toFixed(0)} ms`;
}
