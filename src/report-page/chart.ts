import { dataTable, element } from "./dom.js";

/** A chart of the page. */
export interface Chart {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  /** One line that explains how to read the chart. */
  readonly explanation: string;
  /** Draws the chart at this width, in pixels. */
  readonly draw: (width: number) => Element;
  /** Whether the keyboard can reach its parts one by one; otherwise it is a single picture. */
  readonly hasParts?: boolean;
  /** The same data in numbers, for readers who cannot see the chart or want them. */
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** The section of a chart; it redraws the chart when its width changes. */
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
