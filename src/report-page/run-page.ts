import type { RunReport } from "../workbench/report/data/run-report.js";
import { type Chart, chartSection } from "./chart.js";
import { latencyDistribution } from "./charts/latency-distribution.js";
import { latencyOverTime } from "./charts/latency-over-time.js";
import { messagesByType } from "./charts/messages-by-type.js";
import { element } from "./dom.js";
import { header } from "./header.js";
import { stories } from "./stories.js";

/** The page of a run. */
export function runPage(report: RunReport): readonly HTMLElement[] {
  document.title = `Tidecast: ${report.title}, ${report.verdict}`;
  const charts: readonly Chart[] = [latencyDistribution, latencyOverTime, messagesByType].map((chart) => chart(report));
  const sections = [stories(report), ...charts.map(chartSection)];
  return [
    element("a", { class: "skip", href: "#why" }, "To the charts"),
    header(report),
    navigation(sections),
    element("main", {}, ...sections),
  ];
}

function navigation(sections: readonly HTMLElement[]): HTMLElement {
  const links = sections.map(({ id, firstElementChild }) => {
    return element("li", {}, element("a", { href: `#${id}` }, firstElementChild?.textContent ?? id));
  });
  return element("nav", { "aria-label": "Sections" }, element("ul", {}, ...links));
}
