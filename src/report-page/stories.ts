import type { RunReport, Story } from "../workbench/report/data/run-report.js";
import { button, element } from "./dom.js";

/**
 * Explains in words why values were lost or late; for a passed run, the story of its slowest value. `undefined` if there is no story.
 * @param show shows the path of a value in the flow; absent if there is no flow
 */
export function stories(
  { stories: told, untold, verdict, unrecorded = 0, messages }: RunReport,
  show?: (value: number) => void,
): HTMLElement | undefined {
  const first = told[0];
  if (first === undefined && verdict !== "failed" && unrecorded === 0) return undefined;
  const isWell = first === undefined || first.heading.includes("took the longest");
  const title =
    unrecorded > 0
      ? "The beginning of a long run"
      : first === undefined
        ? "Why it failed"
        : isWell
          ? "The slowest value"
          : "Why it failed, value by value";
  return element(
    "section",
    { id: "why", "aria-labelledby": "why-title" },
    element("h2", { id: "why-title" }, title),
    unrecorded > 0
      ? element(
          "p",
          { class: "note" },
          `This report contains the first ${messages.length} messages; ${unrecorded} later ${unrecorded === 1 ? "one is" : "ones are"} missing. The charts of messages and the flow show only this part, and there are no stories of values.`,
        )
      : undefined,
    isWell && verdict === "failed" && unrecorded === 0
      ? element("p", { class: "note" }, "No value was lost or late. The reasons are at the top of the page.")
      : undefined,
    ...told.map((story, index) => article(story, index === 0, show)),
    untold === 0
      ? undefined
      : element("p", { class: "note" }, `${untold} more ${untold === 1 ? "value was" : "values were"} lost or late.`),
  );
}

function article({ value, heading, sentences }: Story, open: boolean, show?: (value: number) => void): HTMLElement {
  return element(
    "details",
    { class: "story", "data-value": String(value), open: open ? "" : undefined },
    element("summary", {}, heading),
    ...sentences.map((sentence) => element("p", {}, sentence)),
    show === undefined
      ? undefined
      : element(
          "div",
          {},
          button("show its path in the flow of messages", () => show(value)),
        ),
  );
}
