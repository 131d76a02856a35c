import type { RunReport } from "../workbench/report/data/run-report.js";
import { type Chart, chartSection } from "./chart.js";
import { latencyDistribution } from "./charts/latency-distribution.js";
import { latencyOverTime } from "./charts/latency-over-time.js";
import { links } from "./charts/links.js";
import { messagesByType } from "./charts/messages-by-type.js";
import { nodeLoad } from "./charts/node-load.js";
import { roots } from "./charts/roots.js";
import { spreadCurves } from "./charts/spread-curves.js";
import { element } from "./dom.js";
import { Flow } from "./flow/flow.js";
import { header } from "./header.js";
import { stories } from "./stories.js";

const CHARTS: readonly ((report: RunReport) => Chart | undefined)[] = [
  latencyDistribution,
  latencyOverTime,
  spreadCurves,
  messagesByType,
  nodeLoad,
  links,
  roots,
];

/** The page of a run. */
export function runPage(report: RunReport): readonly HTMLElement[] {
  document.title = `Tidecast: ${report.title}, ${report.verdict}`;
  const charts = CHARTS.map((chart) => chart(report)).filter((chart) => chart !== undefined);
  const flow = report.messages.length === 0 ? undefined : new Flow(report);
  const told = stories(report, flow && ((value) => flow.pick(value)));
  const sections = [told, ...charts.map(chartSection), flow?.section].filter((section) => section !== undefined);
  return [
    element("a", { class: "skip", href: "#sections" }, "To the charts"),
    header(report),
    navigation(sections),
    element("main", { id: "sections" }, ...sections),
  ];
}

function navigation(sections: readonly HTMLElement[]): HTMLElement {
  const links = sections.map(({ id, firstElementChild }) => {
    return element("li", {}, element("a", { href: `#${id}` }, firstElementChild?.textContent ?? id));
  });
  return element("nav", { "aria-label": "Sections" }, element("ul", {}, ...links));
}
