import * as Plot from "@observablehq/plot";
import { activityEnd } from "../../workbench/report/data/activity.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { COLOURS, faultMargin, faultMarks, frame, inSeconds, leftMargin, rowNames } from "./shared.js";

interface Cell {
  readonly node: string;
  /** In s. */
  readonly from: number;
  readonly to: number;
  /** Messages per second. */
  readonly rate: number;
}

/** Upper bound on the columns, which a phone can still show; beyond it they get longer. */
const MOST_COLUMNS = 60;
/** Height of a node's row and of the axis, in pixels. */
const LEAST_ROW = 9;
const MOST_ROW = 18;
const BOTTOM = 40;

/** Messages that each node sent per second; `undefined` if none sent any. */
export function nodeLoad(report: RunReport): Chart | undefined {
  const end = activityEnd(report);
  const seconds = Math.max(1, Math.ceil(Math.ceil(inSeconds(end)) / MOST_COLUMNS));
  const cells = cellsOf(report, seconds);
  if (cells.length === 0) return undefined;
  const [sent, received] = totals(report);
  const height = Math.max(LEAST_ROW, Math.min(MOST_ROW, 700 / report.nodes.length)) * report.nodes.length;
  const most = Math.max(0, ...cells.map(({ rate }) => rate));
  return {
    id: "load",
    title: "Messages per second, by node",
    explanation: `Messages that each node sent in each ${seconds === 1 ? "second" : `interval of ${seconds} seconds`}. A darker colour means more, at most ${format(most)} messages/s; no colour means none.`,
    draw: (width) => {
      const marginLeft = leftMargin(width, report.faults, report.nodes);
      return Plot.plot({
        ...frame(width, faultMargin(report.faults) + height + BOTTOM),
        marginBottom: BOTTOM,
        marginLeft,
        marginTop: faultMargin(report.faults),
        x: { label: "time (s)", domain: [0, Math.ceil(inSeconds(end))] },
        y: { label: null, domain: report.nodes, tickSize: 0, tickFormat: rowNames(marginLeft) },
        opacity: { type: "sqrt", range: [0, 1], zero: true },
        marks: [
          ...faultMarks(report.faults, { end: 1000 * Math.ceil(inSeconds(end)), unshaded: height }),
          Plot.frame({ stroke: "currentColor", strokeOpacity: 0.2 }),
          Plot.rect(cells, {
            x1: "from",
            x2: "to",
            y: "node",
            fill: COLOURS.main,
            fillOpacity: "rate",
            inset: 0.5,
            tip: true,
            title: ({ node, from, to, rate }: Cell) => `${node}, ${from} s to ${to} s: ${format(rate)} messages/s`,
          }),
        ],
      });
    },
    table: {
      head: ["node", "sent", "received", "sent per second"],
      rows: report.nodes.map((node, index) => [
        node,
        String(sent[index]),
        String(received[index]),
        ((sent[index] ?? 0) / inSeconds(report.end)).toFixed(2),
      ]),
    },
  };
}

function cellsOf({ nodes, messages, end }: RunReport, seconds: number): readonly Cell[] {
  const counts = new Map<string, number>();
  for (const { from, sentAt } of messages) {
    if (sentAt < 0 || sentAt > end) continue;
    const key = `${from} ${Math.floor(inSeconds(sentAt) / seconds)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const [node = 0, column = 0] = key.split(" ").map(Number);
    return { node: nodes[node] ?? "", from: column * seconds, to: (column + 1) * seconds, rate: count / seconds };
  });
}

function totals({ nodes, messages }: RunReport): readonly [sent: readonly number[], received: readonly number[]] {
  const sent = nodes.map(() => 0);
  const received = nodes.map(() => 0);
  for (const { from, to, endedAt, lostBy } of messages) {
    sent[from] = (sent[from] ?? 0) + 1;
    if (endedAt !== undefined && lostBy === undefined) received[to] = (received[to] ?? 0) + 1;
  }
  return [sent, received];
}

function format(rate: number): string {
  return Number.isInteger(rate) ? String(rate) : rate.toFixed(1);
}
