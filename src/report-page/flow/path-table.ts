import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { ValuePath } from "../../workbench/report/data/value-path.js";
import { count, milliseconds, seconds } from "../../workbench/report/data/words.js";
import { dataTable, element } from "../dom.js";

/** The way of a value in words, a row a node. */
export function pathTable(
  { value, steps, missing, messages }: ValuePath,
  { nodes }: RunReport,
): readonly HTMLElement[] {
  const end =
    missing.length === 0
      ? "It reached every node."
      : `It never reached ${missing.map(({ node }) => nodes[node]).join(", ")}.`;
  const arrivals = steps.map(({ node, at, waits }) => [
    nodes[node] ?? "",
    milliseconds(at - value.invokedAt),
    waits.map(({ words }) => words).join("; "),
  ]);
  const absences = missing.map(({ node, why }) => [nodes[node] ?? "", "never", why]);
  const given = `Value ${value.value}, given to ${nodes[value.node]} at ${seconds(value.invokedAt)}`;
  return [
    element("p", {}, element("strong", {}, given), `: ${count(messages.length, "message")} carried it. ${end}`),
    element(
      "div",
      { class: "scrolls", tabindex: "0" },
      dataTable(
        ["node", "had it after", "what it waited for before that"],
        [...arrivals, ...absences],
        "The way of the value, in the order of arrival; bars in the diagram: held, vermilion: until it was sent again",
      ),
    ),
  ];
}
