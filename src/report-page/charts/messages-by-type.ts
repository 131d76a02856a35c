import * as Plot from "@observablehq/plot";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { Chart } from "../chart.js";
import { COLOURS, frame, leftMargin, rowNames } from "./shared.js";

interface TypeCount {
  readonly type: string;
  readonly count: number;
  readonly perOperation: number;
}

/** A limit beyond this multiple of the total would make the bars too small, so only the text mentions it. */
const FARTHEST_LIMIT = 4;

/** Messages per operation of each type; `undefined` if there were none. */
export function messagesByType(report: RunReport): Chart | undefined {
  const counts = countsOf(report);
  if (counts.length === 0) return undefined;
  const total = counts.reduce((sum, { perOperation }) => sum + perOperation, 0);
  const limit = report.limits.messagesPerOperation;
  const showsLimit = limit !== undefined && limit <= FARTHEST_LIMIT * total;
  const inWords = limit === undefined ? "" : ` The limit for all types together is ${limit}.`;
  return {
    id: "messages",
    title: "Messages per operation, by type",
    explanation: `Messages between nodes, divided by the ${report.operations} operations of clients: ${total.toFixed(2)} in total.${inWords}`,
    draw: (width) => {
      const types = counts.map(({ type }) => type);
      const marginLeft = Math.max(96, leftMargin(width, [], types));
      return Plot.plot({
        ...frame(width, 60 + 30 * Math.max(1, counts.length)),
        marginLeft,
        marginRight: 48,
        x: { label: "messages per operation", grid: true, zero: true },
        y: { label: null, domain: types, tickFormat: rowNames(marginLeft) },
        marks: [
          Plot.barX(counts, { x: "perOperation", y: "type", fill: COLOURS.main, insetTop: 3, insetBottom: 3 }),
          Plot.text(counts, {
            x: "perOperation",
            y: "type",
            text: ({ perOperation }: TypeCount) => perOperation.toFixed(2),
            textAnchor: "start",
            dx: 5,
          }),
          ...(showsLimit
            ? [
                Plot.ruleX([limit], { stroke: COLOURS.limit, strokeDasharray: "4 3", strokeWidth: 1.5 }),
                Plot.text([limit], {
                  x: (at: number) => at,
                  frameAnchor: "top",
                  text: (at: number) => `limit ${at}`,
                  textAnchor: "end",
                  dx: -5,
                  fill: COLOURS.limit,
                }),
              ]
            : []),
          Plot.ruleX([0]),
        ],
      });
    },
    table: {
      head: ["type", "messages", "per operation"],
      rows: counts.map(({ type, count, perOperation }) => [type, String(count), perOperation.toFixed(3)]),
    },
  };
}

function countsOf({ types, messages, operations }: RunReport): readonly TypeCount[] {
  const counts = types.map(() => 0);
  for (const { type } of messages) counts[type] = (counts[type] ?? 0) + 1;
  return types
    .map((type, index) => {
      const count = counts[index] ?? 0;
      return { type, count, perOperation: operations === 0 ? 0 : count / operations };
    })
    .sort((one, other) => other.count - one.count);
}
