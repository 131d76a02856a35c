import type { Figure, RunReport } from "../workbench/report/data/run-report.js";
import { element } from "./dom.js";

const VERDICTS = { passed: "passed", failed: "failed", disturbed: "not judged" } as const;

/** The result of the run: verdict, settings and the table of figures. */
export function header(report: RunReport): HTMLElement {
  const { title, verdict, conclusion, settings, figures } = report;
  return element(
    "header",
    { id: "verdict", class: verdict },
    element("p", { class: "eyebrow" }, "Tidecast · report of a run"),
    element("h1", {}, upperFirst(title), " ", element("span", { class: "badge" }, VERDICTS[verdict])),
    element("p", { class: "conclusion" }, conclusion),
    element("div", { class: "columns" }, figureTable(figures), settingsTable(settings)),
  );
}

function settingsTable(settings: RunReport["settings"]): HTMLElement {
  const rows = settings.map(([name, value]) => {
    return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value));
  });
  return element("table", { class: "settings" }, element("caption", {}, "Settings"), element("tbody", {}, ...rows));
}

function figureTable(figures: readonly Figure[]): HTMLElement {
  return element(
    "table",
    { class: "figures" },
    element("caption", {}, "Figures and limits"),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "figure"),
        element("th", { scope: "col" }, "measured"),
        element("th", { scope: "col" }, "limit"),
        element("th", { scope: "col" }, "within limit"),
      ),
    ),
    element("tbody", {}, ...figures.map(figureRow)),
  );
}

function figureRow({ name, value, unit, limit, kept }: Figure): HTMLElement {
  const withUnit = (text: string) => (unit === "" || text === "–" ? text : `${text} ${unit}`);
  return element(
    "tr",
    kept ? {} : { class: "broken" },
    element("th", { scope: "row" }, name),
    element("td", { "data-figure": name }, withUnit(value)),
    element("td", {}, limit === undefined ? "–" : withUnit(limit)),
    element("td", {}, limit === undefined ? "" : kept ? "✓" : "✗ no"),
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
