import * as Plot from "@observablehq/plot";
import { scaleLinear } from "d3";
import { quantile } from "../../workbench/model/quantiles.js";
import { isUneven, latencyBins } from "../../workbench/report/data/latency-bins.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { type LabelPlace, placeLabels } from "../labels.js";
import { measureAt } from "../measure.js";
import { drawLatencyRows } from "./latency-rows.js";
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
/** Height of a label, and its distance from its line, in pixels. */
const ROW = 14;
const LABEL_GAP = 5;
const MARGIN_LEFT = 40;
/** The axis ends at this multiple of the last line. */
const ROOM = 1.02;

/** Distribution of the values' latencies, with quantiles and limits; `undefined` if there are none. */
export function latencyDistribution({ values, limits, latencyMeaning }: RunReport): Chart | undefined {
  const latencies = values.flatMap(({ latency }) => (latency === undefined ? [] : [latency])).sort((a, b) => a - b);
  if (latencies.length === 0) return undefined;
  const measured: Line[] = QUANTILES.map(([name, q]) => ({ name, at: quantile(latencies, q), isLimit: false }));
  const limit = (name: string, at: number | undefined): Line[] =>
    at === undefined ? [] : [{ name, at, isLimit: true }];
  const lines = [
    ...measured,
    ...limit("limit of the median", limits.medianLatency),
    ...limit("limit of the maximum", limits.maxLatency),
  ].sort((one, other) => one.at - other.at);
  const table = {
    head: ["", "latency (ms)"],
    rows: lines.map(({ name, at }) => [name, at.toFixed(1)]),
  };
  const section = { id: "latency", title: "Latency of the values", table };
  if (!isUneven(values))
    return { ...section, explanation: latencyMeaning, draw: (width) => draw(width, latencies, lines) };
  const bins = latencyBins(values, limits);
  const bad = limits.maxLatency === undefined ? "lost" : `${limits.maxLatency} ms or more, the limit, or lost`;
  const legend = bins.some(({ isBad }) => isBad) ? ` Red: ${bad}.` : "";
  return {
    ...section,
    explanation: `${latencyMeaning} Number of values per latency; the steps grow.${legend}`,
    draw: (width) => drawLatencyRows(width, bins),
  };
}

function draw(width: number, latencies: readonly number[], lines: readonly Line[]): Element {
  const furthest = Math.max(1, ...lines.map(({ at }) => at));
  const base = frame(width, 0);
  const [left, right] = [MARGIN_LEFT, width - (base.marginRight ?? 0)];
  const scale = scaleLinear([0, furthest * ROOM], [left, right]);
  const measure = measureAt(12);
  const places = placeLabels(
    lines.map((line) => ({ x: scale(line.at), width: measure(labelOf(line)) + 2 * LABEL_GAP })),
    0,
    width,
  );
  const top = ROW * lines.length;
  const bins = Plot.binX(
    { y: "count" },
    { x: (latency: number) => latency, thresholds: Math.max(12, Math.floor(width / 18)) },
  );
  return Plot.plot({
    ...frame(width, 240 + top),
    marginTop: 16 + top,
    marginLeft: MARGIN_LEFT,
    x: { label: "latency (ms)", domain: [0, furthest * ROOM] },
    y: { label: "values", grid: true },
    marks: [
      Plot.rectY(latencies, { ...bins, fill: COLOURS.main, insetLeft: 0.5, insetRight: 0.5 }),
      ...lines.flatMap((line, index) => {
        const { row, side } = places[index] as LabelPlace;
        return labelled(line, side, ROW * row - top);
      }),
      Plot.ruleY([0]),
    ],
  });
}

/** A line from the axis up to its label, `above` pixels (negative) from the top of the bars. */
function labelled(line: Line, side: LabelPlace["side"], above: number): Plot.Markish[] {
  const stroke = line.isLimit ? COLOURS.limit : "currentColor";
  const dashes = line.isLimit ? "5 3" : "none";
  const anchor =
    side === "left" ? { textAnchor: "end" as const, dx: -LABEL_GAP } : { textAnchor: "start" as const, dx: LABEL_GAP };
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
