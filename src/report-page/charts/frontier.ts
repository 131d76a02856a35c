import * as Plot from "@observablehq/plot";
import {
  FRONTIER_SERIES,
  type FrontierPoint,
  type FrontierReport,
  type FrontierSeries,
} from "../../workbench/report/data/frontier.js";
import type { Chart } from "../chart.js";
import { byInput, element } from "../dom.js";
import { COLOURS, frame } from "./shared.js";

/** Which latency is drawn. */
type Latency = "median" | "max";

const NAMES = { median: "median latency", max: "maximum latency" } as const;
const LOOKS: Readonly<Record<FrontierSeries, { readonly colour: string; readonly symbol: Plot.SymbolType }>> = {
  rounds: { colour: "var(--blue)", symbol: "circle" },
  proposal: { colour: "var(--vermillion)", symbol: "square" },
  eager: { colour: "var(--green)", symbol: "triangle" },
  published: { colour: "var(--purple)", symbol: "diamond" },
};
/** Space around the points, as factors: the axes are logarithmic. */
const ROOM = 1.35;
/** Height of a label, in pixels. */
const LABEL_ROW = 13;

/** Messages per operation against one of the latencies, both on logarithmic axes; lower and further left is better. */
export function frontierChart(report: FrontierReport, latency: Latency): Chart {
  const { points, limits, expected } = report;
  const regions = limits.length === 0 ? "" : " Shaded: within the limits of a challenge.";
  const curve = expected.length === 0 ? "" : " Line: expected cost of rounds, by arithmetic.";
  return {
    id: latency,
    title: `Messages against ${NAMES[latency]}`,
    explanation: `One mark per setting or published result. Filled: no other mark of the same sweep is at least as good everywhere and better somewhere. Lower and further left is better; both axes are logarithmic.${curve}${regions}`,
    hasParts: true,
    draw: (width) => draw(report, latency, width),
    table: {
      head: ["setting", "messages per operation", "median (ms)", "maximum (ms)"],
      rows: points.map(({ name, messagesPerOperation, median, max }) => [
        name,
        messagesPerOperation.toFixed(2),
        median.toFixed(0),
        max.toFixed(0),
      ]),
    },
  };
}

function draw({ points, expected, limits }: FrontierReport, latency: Latency, width: number): Element {
  const costs = [...points, ...expected, ...limits];
  const [x, y] = [rangeOf(costs.map((cost) => cost[latency])), rangeOf(costs.map((cost) => cost.messagesPerOperation))];
  const present = FRONTIER_SERIES.filter((name) => points.some(({ series }) => series === name));
  const sorted = points.toSorted((one, other) => one[latency] - other[latency]);
  const position = { x: latency, y: "messagesPerOperation" } as const;
  const plot = Plot.plot({
    ...frame(width, Math.min(520, Math.max(360, width * 0.6))),
    marginLeft: 52,
    marginTop: 24,
    x: {
      type: "log",
      label: `${NAMES[latency]} (ms)`,
      domain: x,
      grid: true,
      ticks: width < 500 ? 4 : 8,
      tickFormat: "d",
    },
    y: { type: "log", label: "messages per operation", domain: y, grid: true, ticks: 6, tickFormat: "~g" },
    color: { domain: present, range: present.map((name) => LOOKS[name].colour) },
    symbol: { legend: true, domain: present, range: present.map((name) => LOOKS[name].symbol) },
    marks: [
      Plot.rect(limits, {
        x1: x[0],
        x2: latency,
        y1: y[0],
        y2: "messagesPerOperation",
        fill: "var(--green)",
        fillOpacity: 0.08,
        stroke: "var(--green)",
        strokeOpacity: 0.6,
        strokeDasharray: "5 3",
        className: "region",
      }),
      // At the bottom of its region, where no points are; stacked, since on a phone they are wider than their regions.
      ...limits.map((limit, index) =>
        Plot.text([limit], {
          ...{ x: latency, y: y[0], text: "name", textAnchor: "end", fontSize: 11 },
          dx: -5,
          dy: -9 - LABEL_ROW * (limits.length - 1 - index),
        }),
      ),
      Plot.line(expected, {
        ...position,
        stroke: LOOKS.rounds.colour,
        strokeOpacity: 0.5,
        strokeWidth: 2,
        className: "expected",
      }),
      Plot.text(expected.slice(0, 1), {
        ...position,
        text: () => "by arithmetic",
        textAnchor: "start",
        dx: 8,
        dy: -4,
        fontSize: 11,
      }),
      Plot.dot(sorted, {
        ...position,
        symbol: "series",
        stroke: "series",
        fill: (point: FrontierPoint) => (point.optimal ? LOOKS[point.series].colour : COLOURS.ground),
        fillOpacity: (point: FrontierPoint) => (point.optimal ? 0.85 : 0.6),
        r: 5,
        strokeWidth: 1.8,
        ariaLabel: describe,
        className: "points",
      }),
      Plot.tip(
        sorted,
        Plot.pointer({ ...position, title: (point: FrontierPoint) => linesOf(point).join("\n"), fontSize: 12 }),
      ),
    ],
  });
  return withKeyboard(plot, sorted);
}

/** Every mark can be reached with the Tab key; a line below describes it. */
function withKeyboard(plot: Element, points: readonly FrontierPoint[]): Element {
  const told = element("p", { class: "note told", "aria-live": "polite" });
  const hint = {
    mouse: "Point at a mark, or use the Tab key, to see its figures.",
    touch: "Tap a mark to see its figures.",
  };
  byInput(hint, (text) => {
    told.textContent = text;
  });
  const marks = plot.querySelectorAll<SVGElement>("g.points > *");
  for (const [index, mark] of marks.entries()) {
    mark.setAttribute("tabindex", "0");
    mark.setAttribute("role", "img");
    const tell = () => {
      told.textContent = linesOf(points[index] as FrontierPoint).join(" · ");
    };
    mark.addEventListener("focus", tell);
    mark.addEventListener("pointerenter", tell);
  }
  return element("div", {}, plot, told);
}

function describe(point: FrontierPoint): string {
  return linesOf(point).join(", ");
}

function linesOf({ name, messagesPerOperation, median, max, details }: FrontierPoint): readonly string[] {
  const cost = `${messagesPerOperation.toFixed(2)} messages per operation, median ${median.toFixed(0)} ms, maximum ${max.toFixed(0)} ms`;
  return [name, cost, ...details];
}

function rangeOf(numbers: readonly number[]): [number, number] {
  const positive = numbers.filter((number) => number > 0);
  if (positive.length === 0) return [1, 10];
  return [Math.min(...positive) / ROOM, Math.max(...positive) * ROOM];
}
