import { element } from "../dom.js";
import type { Spot } from "./nearest.js";

/** Pixels between the pointer and the box. */
const GAP = 14;

/** A box beside the pointer that stays within its parent element. */
export class Tooltip {
  readonly element = element("div", { class: "tooltip", role: "tooltip", hidden: "" });

  /** Shows these lines; the first one is the heading. */
  show([heading = "", ...lines]: readonly string[], { x, y }: Spot): void {
    const box = this.element;
    box.replaceChildren(element("strong", {}, heading), ...lines.map((line) => element("span", {}, line)));
    box.hidden = false;
    const room = box.parentElement?.clientWidth ?? 0;
    const isRight = x + GAP + box.offsetWidth <= room;
    box.style.left = `${isRight ? x + GAP : Math.max(0, x - GAP - box.offsetWidth)}px`;
    box.style.top = `${Math.max(0, y - box.offsetHeight / 2)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
