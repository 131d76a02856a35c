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
const ROW = 14;

/** How the latencies of the values are spread, with quantiles and limits. */
export function latencyDistribution({ values, limits, latencyMeaning }: RunReport): Chart {
  const latencies = values.flatMap(({ latency }) => (latency === undefined ? [] : [latency])).sort((a, b) => a - b);
  const measured: Line[] =
    latencies.length === 0 ? [] : QUANTILES.map(([name, q]) => ({ name, at: quantile(latencies, q), isLimit: false }));
  const limit = (name: string, at: number | undefined): Line[] =>
    at === undefined ? [] : [{ name, at, isLimit: true }];
  const lines = [
    ...measured,
    ...limit("limit of the median", limits.medianLatency),
    ...limit("limit of the maximum", limits.maxLatency),
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
  const stroke = ({ isLimit }: Line) => (isLimit ? COLOURS.limit : "currentColor");
  return Plot.plot({
    ...frame(width, 240 + ROW * lines.length),
    marginTop: 16 + ROW * lines.length,
    x: { label: "latency (ms)", domain: [0, furthest * 1.02] },
    y: { label: "values", grid: true },
    marks: [
      Plot.rectY(latencies, {
        ...Plot.binX(
          { y: "count" },
          { x: (latency: number) => latency, thresholds: Math.max(12, Math.floor(width / 18)) },
        ),
        fill: COLOURS.main,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      ...lines.map((line, row) =>
        Plot.ruleX([line], {
          x: "at",
          stroke,
          strokeWidth: 1.25,
          strokeDasharray: line.isLimit ? "5 3" : "none",
          insetTop: -ROW * (lines.length - row) + 3,
        }),
      ),
      ...lines.map((line, row) =>
        Plot.text([line], {
          x: "at",
          text: ({ name, at }: Line) => `${name} ${at.toFixed(0)} ms`,
          frameAnchor: "top",
          textAnchor: line.at > furthest / 2 ? "end" : "start",
          dx: line.at > furthest / 2 ? -5 : 5,
          dy: -ROW * (lines.length - row) + 2,
          fill: stroke,
        }),
      ),
      Plot.ruleY([0]),
    ],
  });
}
