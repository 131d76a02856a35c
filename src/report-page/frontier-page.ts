import type { FrontierReport } from "../workbench/report/data/frontier.js";
import { chartSection } from "./chart.js";
import { frontierChart } from "./charts/frontier.js";
import { element } from "./dom.js";

/** The page of a sweep: messages against latency. */
export function frontierPage(report: FrontierReport): readonly HTMLElement[] {
  document.title = `Tidecast: ${report.title}`;
  const cheapest = report.limits.map((limit) => {
    const keeping = report.points.filter(({ series, ...cost }) => {
      const isUnder = (["messagesPerOperation", "median", "max"] as const).every((key) => cost[key] < limit[key]);
      return series !== "published" && isUnder;
    });
    const best = keeping.sort((one, other) => one.messagesPerOperation - other.messagesPerOperation)[0];
    return best === undefined
      ? `No measured setting is within the limits of ${limit.name}.`
      : `Within the limits of ${limit.name} the cheapest setting is ${best.name}: ${best.messagesPerOperation.toFixed(2)} messages per operation.`;
  });
  return [
    element("a", { class: "skip", href: "#max" }, "To the charts"),
    element(
      "header",
      {},
      element("p", { class: "eyebrow" }, "Tidecast · sweep"),
      element("h1", {}, "Messages against latency"),
      element("p", { class: "conclusion" }, cheapest.join(" ")),
      element("p", { class: "note" }, report.conditions),
      ...report.missing.map((line) => element("p", { class: "note" }, `Not drawn: ${line}.`)),
    ),
    element("main", {}, chartSection(frontierChart(report, "max")), chartSection(frontierChart(report, "median"))),
  ];
}
