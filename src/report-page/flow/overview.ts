import * as Plot from "@observablehq/plot";
import { type BrushBehavior, brushX, type D3BrushEvent, select } from "d3";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { COLOURS, inSeconds } from "../charts/shared.js";
import { element } from "../dom.js";
import type { Stretch } from "./view.js";

const HEIGHT = 44;
const BINS = 120;

/** A strip of the whole run: the number of messages over time, and the visible part, which can be dragged. */
export class Overview {
  readonly element = element("div", { class: "overview", "aria-hidden": "true" });
  private brush: BrushBehavior<unknown> | undefined;
  private seen: Stretch | undefined;
  private width = 0;
  private left = 0;

  /** @param chosen called with the part that the reader selects @param leftOf left edge of the time axis in the diagram above, by its width, in pixels */
  constructor(
    private readonly report: RunReport,
    private readonly chosen: (stretch: Stretch) => void,
    private readonly leftOf: (width: number) => number,
  ) {
    new ResizeObserver(([entry]) => this.resize(Math.floor(entry?.contentRect.width ?? 0))).observe(this.element);
  }

  /** Marks the visible part. */
  mark(stretch: Stretch): void {
    this.seen = stretch;
    if (this.brush === undefined) return;
    const places = [this.x(stretch.from), this.x(stretch.to)] as [number, number];
    select(this.element)
      .select<SVGGElement>("g.brush")
      .call(this.brush.move as never, places);
  }

  private resize(width: number): void {
    if (width === 0 || width === this.width) return;
    this.width = width;
    this.left = this.leftOf(width);
    const { end, messages } = this.report;
    const plot = Plot.plot({
      ...{ width, height: HEIGHT, marginLeft: this.left, marginRight: 0, marginTop: 2, marginBottom: 2 },
      x: { axis: null, domain: [0, inSeconds(end)] },
      y: { axis: null },
      marks: [
        Plot.rectY(
          messages.map(({ sentAt }) => inSeconds(sentAt)),
          { ...Plot.binX({ y: "count" }, { x: (at: number) => at, thresholds: BINS }), fill: COLOURS.main, inset: 0 },
        ),
      ],
    });
    this.brush = brushX<unknown>()
      .extent([
        [this.left, 0],
        [width, HEIGHT],
      ])
      .on("brush end", ({ selection, sourceEvent }: D3BrushEvent<unknown>) => {
        // Without an event it was moved by `mark`, and its part is visible already.
        if (!sourceEvent) return;
        if (!Array.isArray(selection)) this.mark(this.seen ?? { from: 0, to: end });
        else this.chosen({ from: this.time(selection[0] as number), to: this.time(selection[1] as number) });
      });
    select(plot)
      .append("g")
      .attr("class", "brush")
      .call(this.brush as never);
    this.element.replaceChildren(plot);
    if (this.seen !== undefined) this.mark(this.seen);
  }

  private x(time: number): number {
    return this.left + (time / this.report.end) * (this.width - this.left);
  }

  private time(x: number): number {
    return ((x - this.left) / (this.width - this.left)) * this.report.end;
  }
}
