import type { RunReport } from "../../workbench/report/data/run-report.js";
import { type ValuePath, valuePath } from "../../workbench/report/data/value-path.js";
import { dataTable, element } from "../dom.js";
import { passing } from "./filters.js";
import { colourOf } from "./painter.js";
import { FlowView } from "./view.js";

const ALL = "";

/** The flow of messages: a lane a node, an arrow a message, filters, and the way of a value that is picked. */
export function flowSection(report: RunReport): HTMLElement {
  const view = new FlowView(report);
  const node = choice("node", report.nodes);
  const kind = choice("kind", report.types);
  const value = choice(
    "value",
    report.values.map((each) => String(each.value)),
    report.values.map((each) => each.value),
  );
  const count = element("output", { id: "flow-count" });
  const way = element("div", { id: "flow-path", "aria-live": "polite" });
  const shown = () => {
    const messages = passing(report.messages, { ...chosen("node", node), ...chosen("type", kind) });
    const picked = value.value === ALL ? undefined : valuePath(report, Number(value.value));
    view.show({ messages, highlighted: picked === undefined ? undefined : new Set(picked.messages) });
    view.canvas.dataset.highlighted = picked?.messages.join(" ") ?? "";
    count.textContent = `${messages.length} of ${report.messages.length} messages`;
    way.replaceChildren(...(picked === undefined ? [] : told(picked, report)));
    return picked;
  };
  for (const filter of [node, kind]) filter.addEventListener("change", shown);
  value.addEventListener("change", () => {
    const picked = shown();
    if (picked !== undefined) lookAt(view, picked);
  });
  shown();
  return element(
    "section",
    { id: "flow", "aria-labelledby": "flow-title" },
    element("h2", { id: "flow-title" }, "The flow of messages"),
    element(
      "figure",
      {},
      element(
        "figcaption",
        {},
        "One lane a node, one arrow a message, over time (s); × lost; shaded: a fault. Drag, or use the arrow keys, to move; + and - or Ctrl and the wheel to zoom; 0 shows all. Pick a value to see its path.",
      ),
      element("div", { class: "filters" }, label("node", node), label("kind", kind), label("value", value), count),
      element(
        "ul",
        { class: "kinds" },
        ...report.types.map((name, type) => element("li", { style: `--kind: var(${colourOf(type)})` }, name)),
      ),
      view.canvas,
      way,
    ),
  );
}

function choice(
  name: string,
  texts: readonly string[],
  values: readonly number[] = [...texts.keys()],
): HTMLSelectElement {
  const options = texts.map((text, index) => element("option", { value: String(values[index]) }, text));
  return element("select", { id: `flow-${name}` }, element("option", { value: ALL }, "all"), ...options);
}

function chosen<Key extends string>(key: Key, { value }: HTMLSelectElement): Partial<Record<Key, number>> {
  return value === ALL ? {} : ({ [key]: Number(value) } as Record<Key, number>);
}

function label(text: string, control: HTMLElement): HTMLElement {
  return element("label", {}, `${text} `, control);
}

/** Zooms to the way of a value, with some room around it. */
function lookAt(view: FlowView, { value, steps }: ValuePath): void {
  const to = steps.at(-1)?.at ?? value.invokedAt;
  const room = Math.max(50, (to - value.invokedAt) / 4);
  view.look(Math.max(0, value.invokedAt - room), to + room);
}

/** The way in words, a row a node. */
function told({ value, steps, missing, messages }: ValuePath, { nodes }: RunReport): readonly HTMLElement[] {
  const end =
    missing.length === 0
      ? "It reached every node."
      : `It never reached ${missing.map((node) => nodes[node]).join(", ")}.`;
  return [
    element(
      "p",
      {},
      `Value ${value.value}, given to ${nodes[value.node]} at ${(value.invokedAt / 1000).toFixed(3)} s: ${messages.length} messages carried it. ${end}`,
    ),
    element(
      "div",
      { class: "scrolls", tabindex: "0" },
      dataTable(
        ["node", "had it after", "what it waited for"],
        steps.map(({ node, at, wait }) => [nodes[node] ?? "", `${(at - value.invokedAt).toFixed(0)} ms`, wait]),
        "The path of the value, in the order of arrival",
      ),
    ),
  ];
}
