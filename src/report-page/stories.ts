import type { RunReport, Story } from "../workbench/report/data/run-report.js";
import { element } from "./dom.js";

/** Why values were lost or late, in words; of a run that is well, the story of its slowest value. */
export function stories({ stories: told, untold, verdict }: RunReport): HTMLElement {
  const first = told[0];
  const isWell = first === undefined || first.heading.includes("took longest");
  const title = isWell ? "The slowest value" : "Why it failed, value by value";
  return element(
    "section",
    { id: "why", "aria-labelledby": "why-title" },
    element("h2", { id: "why-title" }, title),
    isWell && verdict !== "passed"
      ? element("p", { class: "note" }, "No value was lost or late by itself: the reasons above are others.")
      : undefined,
    ...told.map((story, index) => article(story, index === 0)),
    untold === 0 ? undefined : element("p", { class: "note" }, `${untold} more were lost or late.`),
  );
}

function article({ value, heading, sentences }: Story, open: boolean): HTMLElement {
  return element(
    "details",
    { class: "story", "data-value": String(value), open: open ? "" : undefined },
    element("summary", {}, heading),
    ...sentences.map((sentence) => element("p", {}, sentence)),
  );
}
