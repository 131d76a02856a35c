import * as Plot from "@observablehq/plot";
import type { RecordedValue, RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { COLOURS, faultMargin, faultMarks, frame, inSeconds, leftMargin } from "./shared.js";

/** Lost values stand above all others. */
const ROOM_FOR_LOST = 1.15;

/** Latencies during the run, with shaded faults and lost values at the top; `undefined` if there are no values. */
export function latencyOverTime(report: RunReport): Chart | undefined {
  const { values, nodes, limits, faults } = report;
  if (values.length === 0) return undefined;
  // All zero, as on a single node: a flat line shows nothing.
  if (values.every(({ latency }) => latency === 0)) return undefined;
  const stable = values.filter(({ latency }) => latency !== undefined);
  const lost = values.filter(({ fate }) => fate === "lost");
  const isLate = ({ latency = 0 }: RecordedValue) => limits.maxLatency !== undefined && latency >= limits.maxLatency;
  const highest = Math.max(1, limits.maxLatency ?? 0, ...stable.map(({ latency = 0 }) => latency));
  const shading = faults.length === 0 ? "" : " Shaded: a fault.";
  return {
    id: "latency-over-time",
    title: "Latency during the run",
    explanation: `One dot per value, at the time when a client gave it to a node.${lost.length === 0 ? "" : " × at the top: lost."}${shading}${limitWords(limits)}`,
    draw: (width) =>
      Plot.plot({
        ...frame(width, faultMargin(faults) + 280),
        marginLeft: leftMargin(width, faults),
        marginTop: faultMargin(report.faults),
        x: { label: "time (s)", domain: [0, inSeconds(report.timeLimit)] },
        y: { label: "latency (ms)", grid: true, domain: [0, lost.length === 0 ? highest : ROOM_FOR_LOST * highest] },
        marks: [
          ...faultMarks(faults, { end: report.timeLimit }),
          ...limitLines(limits),
          Plot.dot(stable, {
            x: ({ invokedAt }: RecordedValue) => inSeconds(invokedAt),
            y: "latency",
            r: 2.5,
            fill: (value: RecordedValue) => (isLate(value) ? COLOURS.warning : COLOURS.main),
            fillOpacity: 0.75,
            tip: true,
            title: ({ value, node, latency = 0 }: RecordedValue) =>
              `value ${value}, given to ${nodes[node]}: ${latency.toFixed(1)} ms`,
          }),
          Plot.text(lost, {
            x: ({ invokedAt }: RecordedValue) => inSeconds(invokedAt),
            frameAnchor: "top",
            text: () => "×",
            fontSize: 18,
            dy: 2,
            fill: COLOURS.warning,
            title: ({ value }: RecordedValue) => `value ${value} was lost`,
          }),
          Plot.ruleY([0]),
        ],
      }),
    table: {
      head: ["value", "node", "given at (s)", "latency (ms)"],
      rows: values.map(({ value, node, invokedAt, latency, fate }) => [
        String(value),
        nodes[node] ?? "",
        inSeconds(invokedAt).toFixed(3),
        latency?.toFixed(1) ?? fate,
      ]),
    },
  };
}

/** Lines without names: labels of two close limits would cover each other, and the dots. */
function limitLines({ medianLatency, maxLatency }: RunReport["limits"]): Plot.Markish[] {
  const lines = [medianLatency, maxLatency].filter((at) => at !== undefined);
  return [Plot.ruleY(lines, { stroke: COLOURS.limit, strokeDasharray: "5 3" })];
}

function limitWords({ medianLatency, maxLatency }: RunReport["limits"]): string {
  const named = [
    ...(medianLatency === undefined ? [] : [`the median (${medianLatency} ms)`]),
    ...(maxLatency === undefined ? [] : [`the maximum (${maxLatency} ms)`]),
  ];
  return named.length === 0 ? "" : ` Dashed: the limit${named.length === 1 ? "" : "s"} of ${named.join(" and ")}.`;
}
