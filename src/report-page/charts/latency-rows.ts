import * as Plot from "@observablehq/plot";
import type { LatencyBin } from "../../workbench/report/data/latency-bins.js";
import { COLOURS, frame } from "./shared.js";

const ROW = 24;

/** The values by latency, one row per bin, with growing bins: for latencies that are far apart. */
export function drawLatencyRows(width: number, bins: readonly LatencyBin[]): Element {
  return Plot.plot({
    ...frame(width, 24 + ROW * bins.length),
    marginTop: 12,
    marginBottom: 12,
    marginLeft: 112,
    marginRight: 48,
    // Each bar has its number.
    x: { axis: null, zero: true },
    y: { label: null, domain: bins.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(bins, {
        x: "count",
        y: "name",
        fill: ({ isBad }: LatencyBin) => (isBad ? COLOURS.warning : COLOURS.main),
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.text(bins, {
        x: "count",
        y: "name",
        text: ({ count }: LatencyBin) => String(count),
        textAnchor: "start",
        dx: 5,
      }),
      Plot.ruleX([0]),
    ],
  });
}
