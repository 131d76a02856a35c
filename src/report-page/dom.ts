type Child = Node | string | undefined;

/** Creates an element with attributes and children; undefined ones are omitted. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Creates a button. @param label its action, if its text does not name it */
export function button(text: string, pressed: () => void, label?: string): HTMLButtonElement {
  const made = element("button", { type: "button", "aria-label": label }, text);
  made.addEventListener("click", pressed);
  return made;
}

/** Shows one text to readers with a mouse and another on a touch screen, and follows a change of the device. */
export function byInput(texts: { readonly mouse: string; readonly touch: string }, show: (text: string) => void): void {
  const touch = matchMedia("(hover: none), (pointer: coarse)");
  const update = () => show(touch.matches ? texts.touch : texts.mouse);
  touch.addEventListener("change", update);
  update();
}

/** A table of data: the first column names the row, the others are numbers. */
export function dataTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  caption?: string,
): HTMLElement {
  return element(
    "table",
    {},
    caption === undefined ? undefined : element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
    element(
      "tbody",
      {},
      ...rows.map(([name = "", ...cells]) =>
        element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell))),
      ),
    ),
  );
}
