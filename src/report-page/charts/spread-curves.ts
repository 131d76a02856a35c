import * as Plot from "@observablehq/plot";
import { quantile } from "../../workbench/model/quantiles.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { nodeCount, type Spread, spreadsOf } from "../../workbench/report/data/spread.js";
import type { Chart } from "../chart.js";
import { COLOURS, frame } from "./shared.js";

/** Times when a value reached one node after the other, in ms since a client gave it to the first. */
interface Curve {
  readonly value: number;
  readonly isLost: boolean;
  readonly times: readonly number[];
}

/** Number of nodes with a value at a time, over all values. */
interface Band {
  readonly time: number;
  readonly low: number;
  readonly lowerQuarter: number;
  readonly median: number;
  readonly upperQuarter: number;
  readonly high: number;
}

/** Number of values drawn one by one: the slowest. More would hide each other. */
const MOST_LINES = 12;
const STEPS = 240;

/** Number of nodes with a value over time; `undefined` if no value is known, or there is only one node. */
export function spreadCurves(report: RunReport): Chart | undefined {
  const nodes = nodeCount(report);
  const curves = spreadsOf(report).flatMap((spread) => curveOf(spread, nodes));
  if (curves.length === 0 || nodes < 2) return undefined;
  const everywhere = curves
    .filter(({ times }) => times.length === nodes)
    .map(({ times }) => times.at(-1) as number)
    .sort((one, other) => one - other);
  return {
    id: "spread",
    title: "How values spread",
    explanation:
      "Number of nodes with a value, by the time since a client gave it to the first one. Dark band: half of the values; light band: 90 %; " +
      `thin lines: the slowest ones${curves.some(({ isLost }) => isLost) ? ", and lost ones (red)" : ""}.`,
    draw: (width) => draw(width, curves, nodes),
    table: {
      head: ["values on every node", "after (ms)"],
      rows:
        everywhere.length === 0
          ? [["none", "–"]]
          : (
              [
                ["half", 0.5],
                ["95 %", 0.95],
                ["99 %", 0.99],
                [`all ${everywhere.length}`, 1],
              ] as const
            ).map(([name, q]) => [name, quantile(everywhere, q).toFixed(1)]),
    },
  };
}

function curveOf({ value, learned }: Spread, nodes: number): Curve[] {
  if (learned.length === 0) return [];
  const times = learned.filter(({ node }) => node < nodes).map(({ at }) => Math.max(0, at - value.invokedAt));
  return [{ value: value.value, isLost: value.fate === "lost", times }];
}

function draw(width: number, curves: readonly Curve[], nodes: number): Element {
  const longest = Math.max(1, ...curves.map(({ times }) => times.at(-1) ?? 0));
  const bands = Array.from({ length: STEPS + 1 }, (_, step) => bandAt((longest * step) / STEPS, curves));
  const slowest = curves
    .toSorted((one, other) => Number(other.isLost) - Number(one.isLost) || lastOf(other) - lastOf(one))
    .slice(0, MOST_LINES)
    .flatMap((curve) => pointsOf(curve, longest));
  const step = { curve: "step-after" as const, x: "time" };
  return Plot.plot({
    ...frame(width, 320),
    x: { label: "time since a client gave it to a node (ms)", domain: [0, longest] },
    y: { label: "nodes with the value", domain: [0, nodes], grid: true, interval: 1, ticks: Math.min(nodes, 10) },
    marks: [
      Plot.areaY(bands, { ...step, y1: "low", y2: "high", fill: COLOURS.main, fillOpacity: 0.15 }),
      Plot.areaY(bands, { ...step, y1: "lowerQuarter", y2: "upperQuarter", fill: COLOURS.main, fillOpacity: 0.3 }),
      Plot.lineY(slowest, {
        ...step,
        y: "count",
        z: "value",
        stroke: ({ isLost }: Curve) => (isLost ? COLOURS.warning : "currentColor"),
        strokeWidth: 0.8,
        strokeOpacity: 0.55,
      }),
      Plot.lineY(bands, { ...step, y: "median", stroke: COLOURS.main, strokeWidth: 2.5 }),
      Plot.tip(
        slowest,
        Plot.pointer({
          x: "time",
          y: "count",
          title: ({ value, count, time }: Point) => `value ${value}: ${count} nodes after ${time.toFixed(0)} ms`,
        }),
      ),
      Plot.ruleY([0]),
    ],
  });
}

interface Point {
  readonly value: number;
  readonly isLost: boolean;
  readonly time: number;
  readonly count: number;
}

function pointsOf({ value, isLost, times }: Curve, end: number): Point[] {
  const points = times.map((time, index) => ({ value, isLost, time, count: index + 1 }));
  return [{ value, isLost, time: 0, count: 0 }, ...points, { value, isLost, time: end, count: times.length }];
}

function bandAt(time: number, curves: readonly Curve[]): Band {
  const counts = curves.map(({ times }) => countUntil(times, time)).sort((one, other) => one - other);
  const at = (fraction: number) => (counts.length === 0 ? 0 : quantile(counts, fraction));
  return { time, low: at(0.05), lowerQuarter: at(0.25), median: at(0.5), upperQuarter: at(0.75), high: at(0.95) };
}

function countUntil(times: readonly number[], time: number): number {
  const after = times.findIndex((at) => at > time);
  return after === -1 ? times.length : after;
}

function lastOf({ times }: Curve): number {
  return times.at(-1) ?? 0;
}
