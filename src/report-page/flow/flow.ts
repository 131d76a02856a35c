import { activityEnd, settledAt } from "../../workbench/report/data/activity.js";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { valuePath } from "../../workbench/report/data/value-path.js";
import { button, byInput, element } from "../dom.js";
import { FlowControls } from "./controls.js";
import { passing } from "./filters.js";
import { legend, looksOf } from "./kinds.js";
import { messageCard } from "./message-card.js";
import { describeMessage } from "./message-words.js";
import { Overview } from "./overview.js";
import { pathTable } from "./path-table.js";
import { Tooltip } from "./tooltip.js";
import { FlowView, type Stretch } from "./view.js";

/** With more messages only the first ones are shown at the start: all at once would be unreadable. */
const MOST_AT_FIRST = 1200;
const HOW_TO_MOVE = {
  mouse:
    "In the diagram: ← → move, + − zoom (also Ctrl and the wheel), 0 shows all; ↓ ↑ go to the next or previous message, Enter selects its value, Escape clears the selection.",
  touch: "In the diagram: drag sideways to move, pinch to zoom, tap an arrow to see its message.",
};
const HOW_TO_ASK = {
  mouse: "Point at an arrow to see its message. Click it, or select a value, to see the path of the value.",
  touch: "Tap an arrow to see its message. Select a value to see its path.",
};

/** The flow of messages: a lane per node, an arrow per message, filters, and the path of the selected value. */
export class Flow {
  readonly section: HTMLElement;
  private readonly view: FlowView;
  private readonly overview: Overview;
  private readonly controls: FlowControls;
  private readonly tooltip = new Tooltip();
  private readonly card = element("div", { id: "flow-message", "aria-live": "polite" });
  private readonly way = element("div", { id: "flow-path", "aria-live": "polite" });
  private messages: readonly number[] = [];
  private highlighted: readonly number[] | undefined;
  private hovered: number | undefined;
  private chosen: number | undefined;

  private readonly report: RunReport;

  constructor(whole: RunReport) {
    const report = { ...whole, end: Math.max(1, activityEnd(whole)) };
    this.report = report;
    const looks = looksOf(report);
    this.view = new FlowView(report, looks, {
      hovered: (message, spot) => this.hover(message, () => this.tooltip.show(this.describe(message), spot)),
      chosen: (message) => this.clicked(message),
      looked: (stretch) => this.overview.mark(stretch),
      moved: () => this.unhover(),
    });
    this.overview = new Overview(
      report,
      (stretch) => this.view.look(stretch),
      (width) => this.view.leftOf(width),
    );
    this.controls = new FlowControls(report, (what) => (what === "value" ? this.pickChosen() : this.update()));
    this.view.canvas.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("keydown", () => this.unhover());
    const [caption, keys] = [element("figcaption"), element("p", { class: "note keys" })];
    byInput(HOW_TO_ASK, (text) => {
      caption.textContent = `${explanationOf(report)} ${text}`;
    });
    byInput(HOW_TO_MOVE, (text) => {
      keys.textContent = text;
      this.view.canvas.setAttribute("aria-label", `Messages between the nodes over time. ${text}`);
    });
    this.section = element(
      "section",
      { id: "flow", "aria-labelledby": "flow-title" },
      element("h2", { id: "flow-title" }, "The flow of messages"),
      element(
        "figure",
        {},
        caption,
        this.controls.element,
        element("div", { class: "bar" }, legend(report.types, looks), this.zoomButtons()),
        element("div", { class: "diagram" }, this.view.canvas, this.tooltip.element),
        this.overview.element,
        keys,
        this.card,
        this.way,
      ),
    );
    this.update();
    this.view.look(this.firstLook());
  }

  /** Selects a value, shows its path, and brings it into view. */
  pick(value: number): void {
    this.show(value);
    this.section.scrollIntoView();
  }

  private firstLook(): Stretch {
    const { messages } = this.report;
    const crowded = messages[MOST_AT_FIRST]?.sentAt ?? Number.POSITIVE_INFINITY;
    return { from: 0, to: Math.max(1, Math.min(crowded, settledAt(this.report))) };
  }

  /** Shows the selection of the controls. */
  private update(): void {
    const { report, controls } = this;
    const { value } = controls;
    const path = value === undefined ? undefined : valuePath(report, value);
    this.messages = passing(report.messages, controls.filter);
    this.highlighted = path?.messages;
    const waits = path?.steps.flatMap((step) => step.waits) ?? [];
    const highlighted = path === undefined ? undefined : new Set(path.messages);
    this.view.show({ messages: this.messages, highlighted, waits });
    this.view.canvas.dataset.highlighted = path?.messages.join(" ") ?? "";
    controls.tell(
      this.messages.length,
      highlighted && this.messages.reduce((sum, index) => sum + Number(highlighted.has(index)), 0),
    );
    this.way.replaceChildren(...(path === undefined ? [] : pathTable(path, report)));
  }

  /** Shows the selected value, and zooms to its path with some space around it. */
  private pickChosen(): void {
    this.update();
    const { value } = this.controls;
    const path = value === undefined ? undefined : valuePath(this.report, value);
    if (path === undefined) return;
    const from = path.value.invokedAt;
    const to = path.steps.at(-1)?.at ?? from;
    const room = Math.max(50, (to - from) / 4);
    this.view.look({ from: Math.max(0, from - room), to: to + room });
  }

  /** Ends pointing: the keyboard took over, or the diagram moved. */
  private unhover(): void {
    if (this.hovered !== undefined) this.hover(undefined, () => {});
  }

  private hover(message: number | undefined, show: () => void): void {
    if (message === undefined) this.tooltip.hide();
    else show();
    if (message === this.hovered) return;
    this.hovered = message;
    this.view.canvas.classList.toggle("pointing", message !== undefined);
    this.pointAt();
  }

  private describe(message: number | undefined): readonly string[] {
    const found = message === undefined ? undefined : this.report.messages[message];
    return found === undefined
      ? []
      : [...describeMessage(found, this.report), "click to keep this message and to select a value"];
  }

  /** Keeps a message; if it carries a single value, that is selected at once. */
  private clicked(message: number | undefined): void {
    this.choose(message);
    this.pickOnly();
  }

  /** Keeps a message in the card below. */
  private choose(message: number | undefined): void {
    this.chosen = message;
    this.pointAt();
    const close = () => this.choose(undefined);
    const card =
      message === undefined ? [] : [messageCard(this.report, message, { pick: (value) => this.show(value), close })];
    this.card.replaceChildren(...card);
  }

  /** Selects the value of the kept message if it is the only one; returns whether it is. */
  private pickOnly(): boolean {
    const values = this.chosen === undefined ? [] : (this.report.messages[this.chosen]?.values ?? []);
    if (values.length !== 1) return false;
    if (values[0] !== this.controls.value) this.show(values[0] as number);
    return true;
  }

  private show(value: number): void {
    this.controls.value = value;
    this.pickChosen();
  }

  private pointAt(): void {
    this.view.pointAt([this.chosen, this.hovered].filter((message) => message !== undefined));
  }

  private pressed(event: KeyboardEvent): void {
    const act = this.actions()[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
  }

  private actions(): Readonly<Record<string, () => unknown>> {
    const { view } = this;
    return {
      ArrowRight: () => view.moveBy("later"),
      ArrowLeft: () => view.moveBy("earlier"),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      "+": () => view.zoomBy("in"),
      "=": () => view.zoomBy("in"),
      "-": () => view.zoomBy("out"),
      "0": () => view.showAll(),
      Enter: () => this.pickOnly() || this.card.querySelector<HTMLButtonElement>(".values button")?.focus(),
      Escape: () => this.letGo(),
    };
  }

  /** Moves to the next or previous message; with a selected value, among those that carried it. */
  private step(by: 1 | -1): void {
    const shown = new Set(this.messages);
    const among = this.highlighted?.filter((index) => shown.has(index)) ?? this.messages;
    const { from } = this.view.visible();
    const first = among.findIndex((index) => (this.report.messages[index]?.sentAt ?? 0) >= from);
    const place = this.chosen === undefined ? -1 : among.indexOf(this.chosen);
    const next = among[place === -1 ? Math.max(0, first) : place + by];
    if (next === undefined) return;
    this.choose(next);
    this.view.reveal(next);
  }

  private letGo(): void {
    this.choose(undefined);
    this.controls.value = undefined;
    this.update();
  }

  private zoomButtons(): HTMLElement {
    const { view } = this;
    return element(
      "div",
      { class: "zoom" },
      button("−", () => view.zoomBy("out"), "Zoom out"),
      button("+", () => view.zoomBy("in"), "Zoom in"),
      button("all", () => view.showAll(), "Show the whole run"),
    );
  }
}

function explanationOf({ messages, faults }: RunReport): string {
  const lost = messages.some(({ lostBy }) => lostBy !== undefined) ? "; ×: lost" : "";
  const shaded = faults.length > 0 ? "; shaded: a fault" : "";
  return `One lane per node, one arrow per message, over time (s)${lost}${shaded}.`;
}
