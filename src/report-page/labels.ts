/** Width of a text in pixels. */
export type Measure = (text: string) => number;

/** A text at a place on an axis: the position of its line, and its width; pixels. */
export interface LineLabel {
  readonly x: number;
  readonly width: number;
}

/** Position of a label: its row, from the top, and its side of the line. */
export interface LabelPlace {
  readonly row: number;
  readonly side: "left" | "right";
}

/** Largest share of a picture's width for names. */
const MOST_SHARE = 0.35;
/** Pixels between a name and its target. */
const GAP = 10;

/** Space (pixels) that names need at the edge of a picture: at least `least`, and never so much that the picture gets too small. */
export function gutterFor(names: readonly string[], width: number, least: number, measure: Measure): number {
  const widest = Math.max(0, ...names.map(measure)) + GAP;
  return Math.ceil(Math.max(least, Math.min(widest, MOST_SHARE * width)));
}

/** The name, or as much of its beginning and end as fit into the space (pixels): names often differ at their ends. */
export function shortened(name: string, room: number, measure: Measure): string {
  if (measure(name) <= room) return name;
  const letters = [...name];
  for (let kept = letters.length - 1; kept > 1; kept--) {
    const head = letters.slice(0, Math.ceil(kept / 2)).join("");
    const tail = letters.slice(letters.length - Math.floor(kept / 2)).join("");
    if (measure(`${head}…${tail}`) <= room) return `${head}…${tail}`;
  }
  return "…";
}

/**
 * Positions for the labels of vertical lines, each in its own row above them, so that no line crosses a label: a line
 * reaches from the axis up to its label. Tries both sides of every line.
 * @param lines at most about ten, in any order
 * @param from the left edge, in pixels, `to` the right one: labels stay between them if possible
 */
export function placeLabels(lines: readonly LineLabel[], from: number, to: number): readonly LabelPlace[] {
  let best: { readonly places: readonly LabelPlace[]; readonly cost: number } | undefined;
  for (let sides = 0; sides < 2 ** lines.length; sides++) {
    const spans = lines.map(
      ({ x, width }, index): Span =>
        sides & (1 << index) ? { side: "left", from: x - width, to: x } : { side: "right", from: x, to: x + width },
    );
    const outside = spans.reduce((sum, span) => sum + Math.max(0, from - span.from) + Math.max(0, span.to - to), 0);
    if (best !== undefined && outside >= best.cost) continue;
    const rows = rowsFor(lines, spans);
    if (rows !== undefined)
      best = { places: spans.map(({ side }, index) => ({ side, row: rows[index] as number })), cost: outside };
  }
  return best?.places ?? lines.map((_, row) => ({ row, side: "right" }));
}

interface Span {
  readonly side: "left" | "right";
  readonly from: number;
  readonly to: number;
}

/** The rows of the labels: each above the labels of all lines that pass through it. `undefined` if two would have to be above each other. */
function rowsFor(lines: readonly LineLabel[], spans: readonly Span[]): readonly number[] | undefined {
  const rows: number[] = lines.map(() => -1);
  for (let row = 0; row < lines.length; row++) {
    const next = lines.findIndex((line, index) => {
      if (rows[index] !== -1) return false;
      // Later labels are placed below: this line must not cross them.
      return spans.every(
        (span, other) => other === index || rows[other] !== -1 || line.x <= span.from || line.x >= span.to,
      );
    });
    if (next === -1) return undefined;
    rows[next] = row;
  }
  return rows;
}
