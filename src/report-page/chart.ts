import { dataTable, element } from "./dom.js";

/** A chart of the page. */
export interface Chart {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  /** One line that says how to read it. */
  readonly explanation: string;
  /** Draws it anew, so many pixels wide. */
  readonly draw: (width: number) => Element;
  /** Whether parts of it can be reached one by one with the keyboard; otherwise it is one picture. */
  readonly hasParts?: boolean;
  /** The same in numbers, for who cannot see it or wants them. */
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** The section of a chart; it is drawn again when its width changes. */
export function chartSection({ id, title, explanation, draw, hasParts = false, table }: Chart): HTMLElement {
  const canvas = element("div", { class: "canvas" });
  const heading = element("h2", { id: `${id}-title` }, title);
  let drawnWidth = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === drawnWidth || width === 0) return;
    drawnWidth = width;
    const drawn = draw(width);
    drawn.setAttribute("role", hasParts ? "group" : "img");
    drawn.setAttribute("aria-labelledby", `${id}-title ${id}-caption`);
    canvas.replaceChildren(drawn);
  }).observe(canvas);
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    heading,
    element(
      "figure",
      {},
      element("figcaption", { id: `${id}-caption` }, explanation),
      canvas,
      table === undefined
        ? undefined
        : element(
            "details",
            {},
            element("summary", {}, "In numbers"),
            element("div", { class: "scrolls", tabindex: "0" }, dataTable(table.head, table.rows, title)),
          ),
    ),
  );
}
