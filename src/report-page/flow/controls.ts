import type { RunReport } from "../../workbench/report/data/run-report.js";
import { element } from "../dom.js";
import type { Filter } from "./filters.js";

const ALL = "";

/** The filters of the flow, and the selected value. */
export class FlowControls {
  readonly element: HTMLElement;
  private readonly node: HTMLSelectElement;
  private readonly kind: HTMLSelectElement;
  private readonly picked: HTMLSelectElement;
  private readonly counted = element("output", { id: "flow-count" });

  /** @param changed called with the control that the reader has changed */
  constructor(
    private readonly report: RunReport,
    changed: (what: "filter" | "value") => void,
  ) {
    const values = report.values.map(({ value }) => value);
    this.node = choice("node", report.nodes);
    this.kind = choice("kind", report.types);
    this.picked = choice("value", values.map(String), values);
    for (const filter of [this.node, this.kind]) filter.addEventListener("change", () => changed("filter"));
    this.picked.addEventListener("change", () => changed("value"));
    this.element = element(
      "div",
      { class: "filters" },
      labelled("node", this.node),
      labelled("kind", this.kind),
      labelled("value", this.picked),
      this.counted,
    );
  }

  get filter(): Filter {
    const [node, type] = [numberOf(this.node), numberOf(this.kind)];
    return { ...(node !== undefined && { node }), ...(type !== undefined && { type }) };
  }

  /** The selected value; `undefined` if none is. */
  get value(): number | undefined {
    return numberOf(this.picked);
  }

  set value(value: number | undefined) {
    this.picked.value = value === undefined ? ALL : String(value);
  }

  /** Shows the number of visible messages, and how many of them carry the selected value. */
  tell(shown: number, carrying: number | undefined): void {
    const all = `${shown} of ${this.report.messages.length} messages`;
    const carried = carrying === undefined ? "" : `, ${carrying} of them with value ${this.value}`;
    this.counted.textContent = `${all}${carried}`;
  }
}

function choice(
  name: string,
  texts: readonly string[],
  values: readonly number[] = [...texts.keys()],
): HTMLSelectElement {
  const options = texts.map((text, index) => element("option", { value: String(values[index]) }, text));
  return element("select", { id: `flow-${name}` }, element("option", { value: ALL }, "all"), ...options);
}

function numberOf({ value }: HTMLSelectElement): number | undefined {
  return value === ALL ? undefined : Number(value);
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return element("label", {}, `${text} `, control);
}
