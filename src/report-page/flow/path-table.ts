import type { RunReport } from "../../workbench/report/data/run-report.js";
import type { ValuePath } from "../../workbench/report/data/value-path.js";
import { count, milliseconds, seconds } from "../../workbench/report/data/words.js";
import { dataTable, element } from "../dom.js";

/** The path of a value in words, one row per node. */
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
        ["node", "received after", "waits before that"],
        [...arrivals, ...absences],
        "Path of the value, in the order of arrival. Bars in the diagram: held at a node; red bars: until it was sent again",
      ),
    ),
  ];
}
