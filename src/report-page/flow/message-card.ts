import type { RunReport } from "../../workbench/report/data/run-report.js";
import { button, element } from "../dom.js";
import { describeMessage } from "./message-words.js";

/** Upper bound on the values offered for selection. */
const MOST_VALUES = 60;

/** The chosen message with its values. @param pick called with the selected value @param close called when the reader closes the card */
export function messageCard(
  report: RunReport,
  index: number,
  { pick, close }: { readonly pick: (value: number) => void; readonly close: () => void },
): HTMLElement {
  const message = report.messages[index] as RunReport["messages"][number];
  const [heading = "", ...lines] = describeMessage(message, report);
  const values = message.values.slice(0, MOST_VALUES).map((value) => button(String(value), () => pick(value)));
  const left = message.values.length - values.length;
  return element(
    "div",
    { class: "card" },
    element("p", {}, element("strong", {}, heading), " ", button("close", close)),
    ...lines.map((line) => element("p", {}, line)),
    values.length === 0
      ? undefined
      : element("p", { class: "values" }, "Select a value: ", ...values, left === 0 ? undefined : `and ${left} more`),
  );
}
