import { type D3ZoomEvent, scaleLinear, select, type ZoomTransform, zoom, zoomIdentity } from "d3";
import type { RunReport } from "../../workbench/report/data/run-report.js";
import { inkOf, MARGIN, Painter, type Picture } from "./painter.js";

/** Pixels that an arrow key moves, and the factor of + and -. */
const STEP = 120;
const FACTOR = 1.5;
/** Beyond the visible part so much is drawn in advance on either side, as a share of the width: panning only shifts it. */
const AHEAD = 1;

/** The canvas on which the flow is drawn; it can be zoomed and panned along the time. */
export class FlowView {
  readonly canvas = document.createElement("canvas");
  private readonly stored = document.createElement("canvas");
  private storedFor: { readonly transform: ZoomTransform; readonly picture: Picture } | undefined;
  private readonly painter: Painter;
  private readonly behaviour = zoom<HTMLCanvasElement, unknown>();
  private picture: Picture = { messages: [], highlighted: undefined };
  private transform = zoomIdentity;
  private width = 0;
  private readonly height: number;
  private isDue = false;

  constructor(private readonly report: RunReport) {
    this.painter = new Painter(report);
    this.height = Math.max(200, report.nodes.length * 20 + MARGIN.top + MARGIN.bottom);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute(
      "aria-label",
      "Messages between the nodes over time; arrow keys move, + and - zoom, 0 shows all",
    );
    this.behaviour
      .scaleExtent([1, Math.max(10, report.end / 50)])
      // The wheel scrolls the page, unless the diagram was chosen or Ctrl is held.
      .filter((event) => event.type !== "wheel" || event.ctrlKey || document.activeElement === this.canvas)
      .on("zoom", ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.transform = transform;
        this.draw();
      });
    select(this.canvas).call(this.behaviour);
    this.canvas.addEventListener("keydown", (event) => this.pressed(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.picture));
    new ResizeObserver(([entry]) => this.resize(Math.floor(entry?.contentRect.width ?? 0))).observe(this.canvas);
  }

  /** Shows these messages. */
  show(picture: Picture): void {
    this.picture = { ...picture };
    this.draw();
  }

  /** Zooms to a stretch of time (ms). */
  look(from: number, to: number): void {
    const k = Math.min(Math.max(10, this.report.end / 50), Math.max(1, this.report.end / (to - from)));
    const left = (from / this.report.end) * (this.width - MARGIN.left);
    const fitted = zoomIdentity
      .translate(MARGIN.left, 0)
      .scale(k)
      .translate(-MARGIN.left - left, 0);
    select(this.canvas).call(this.behaviour.transform, fitted);
  }

  private resize(width: number): void {
    if (width === 0 || width === this.width) return;
    this.width = this.canvas.width = width;
    this.canvas.height = this.stored.height = this.height;
    this.stored.width = width * (1 + 2 * AHEAD);
    this.behaviour
      .extent([
        [0, 0],
        [width, this.height],
      ])
      .translateExtent([
        [0, 0],
        [width, this.height],
      ]);
    this.storedFor = undefined;
    this.draw();
  }

  private pressed(event: KeyboardEvent): void {
    const canvas = select(this.canvas);
    const { k } = this.transform;
    if (event.key === "ArrowRight") canvas.call(this.behaviour.translateBy, -STEP / k, 0);
    else if (event.key === "ArrowLeft") canvas.call(this.behaviour.translateBy, STEP / k, 0);
    else if (event.key === "+" || event.key === "=") canvas.call(this.behaviour.scaleBy, FACTOR);
    else if (event.key === "-") canvas.call(this.behaviour.scaleBy, 1 / FACTOR);
    else if (event.key === "0") canvas.call(this.behaviour.transform, zoomIdentity);
    else return;
    event.preventDefault();
  }

  /** Draws with the next frame. */
  private draw(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      if (this.width > 0) this.drawNow();
    });
  }

  private drawNow(): void {
    const ahead = AHEAD * this.width;
    const shift = this.transform.x - (this.storedFor?.transform.x ?? 0);
    const isStored =
      this.storedFor?.picture === this.picture &&
      this.storedFor.transform.k === this.transform.k &&
      Math.abs(shift) <= ahead;
    if (!isStored) this.store(ahead);
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    context.clearRect(0, 0, this.width, this.height);
    context.drawImage(this.stored, (isStored ? shift : 0) - ahead, 0);
    this.drawFrame(context);
  }

  private store(ahead: number): void {
    const context = this.stored.getContext("2d") as CanvasRenderingContext2D;
    const { x, k } = this.transform;
    const scale = this.scale(k, x + ahead);
    this.painter.paint({ context, width: this.stored.width, height: this.height, x: scale }, this.picture);
    this.storedFor = { transform: this.transform, picture: this.picture };
  }

  private scale(k: number, x: number) {
    const { end } = this.report;
    return scaleLinear([0, end], [MARGIN.left * k + x, this.width * k + x]);
  }

  /** The names of the nodes and the axis of time, which stay where they are. */
  private drawFrame(context: CanvasRenderingContext2D): void {
    context.fillStyle = inkOf(context, "--card");
    context.fillRect(0, 0, MARGIN.left - 6, this.height);
    context.fillStyle = inkOf(context, "--faint");
    context.font = "12px system-ui, sans-serif";
    for (const [node, name] of this.report.nodes.entries())
      context.fillText(name, 2, this.painter.laneOf(node, this.height) + 4);
    const { x, k } = this.transform;
    const scale = this.scale(k, x);
    const [from, to] = [scale.invert(MARGIN.left), scale.invert(this.width)];
    this.canvas.dataset.from = from.toFixed(0);
    this.canvas.dataset.to = to.toFixed(0);
    for (const tick of scaleLinear([from, to], [0, 1]).ticks(this.width / 110)) {
      if (scale(tick) > this.width - 30) continue;
      context.fillText(`${+(tick / 1000).toFixed(3)} s`, scale(tick), this.height - 5);
      context.fillRect(scale(tick), this.height - MARGIN.bottom, 1, 5);
    }
  }
}
