import { type D3ZoomEvent, type ScaleLinear, scaleLinear, select, type ZoomTransform, zoom, zoomIdentity } from "d3";
import type { RecordedMessage, RunReport } from "../../workbench/report/data/run-report.js";
import { element } from "../dom.js";
import { shortened } from "../labels.js";
import { measureAt } from "../measure.js";
import { nameFaults } from "./background.js";
import type { Look } from "./kinds.js";
import { Lanes } from "./lanes.js";
import { nearestSegment, type Spot } from "./nearest.js";
import { Painter, type Picture } from "./painter.js";
import { AHEAD, StoredPicture } from "./stored-picture.js";
import { Inks, sized } from "./surface.js";
import { Timeline } from "./timeline.js";

/** An interval of time, in ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Listeners for the reader's actions. */
export interface ViewListener {
  /** The pointer is at this message, or at none. */
  hovered(message: number | undefined, spot: Spot): void;
  /** A click on this message, or on none. */
  chosen(message: number | undefined): void;
  /** This interval is visible now. */
  looked(stretch: Stretch): void;
  /** The pointer is over something else than before. */
  moved(): void;
}

/** Pixels that an arrow key moves, and the factor of + and -. */
const STEP = 120;
const FACTOR = 1.5;
/** Time (ms) after the last zoom step until a stretched picture is painted anew. */
const SETTLED = 120;
/** Reach of the pointer (pixels). */
const REACH = 8;
/** Reach of a tap: a finger covers its target. */
const TOUCH_REACH = 48;
/** Size of the names of nodes, in pixels. */
const NAME_SIZE = 12;
/** The shortest interval (ms) that fills the diagram. */
const SHORTEST = 50;

/** The canvas with the flow; it can be zoomed and panned in time. */
export class FlowView {
  readonly canvas = element("canvas", { tabindex: "0", role: "application", "aria-roledescription": "diagram" });
  private context: CanvasRenderingContext2D | undefined;
  private readonly lanes: Lanes;
  private readonly stored: StoredPicture;
  private readonly painter: Painter;
  private readonly timeline: Timeline;
  private readonly behaviour = zoom<HTMLCanvasElement, unknown>();
  private picture: Picture = { messages: [], highlighted: undefined, waits: [] };
  private pointedAt: readonly number[] = [];
  private transform = zoomIdentity;
  private wanted: Stretch | undefined;
  private width = 0;
  private shortNames: readonly string[] = [];
  private reach = REACH;
  private last = "";
  private isDue = false;
  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly report: RunReport,
    looks: readonly Look[],
    private readonly listener: ViewListener,
  ) {
    this.lanes = new Lanes(report.nodes, report.faults);
    this.stored = new StoredPicture(this.lanes.height);
    this.painter = new Painter(report, this.lanes, looks);
    this.timeline = new Timeline(report.messages);
    this.behaviour
      .scaleExtent([1, this.largestScale()])
      // The wheel scrolls the page, unless the diagram has the focus or Ctrl is held.
      .filter((event) => event.type !== "wheel" || event.ctrlKey || document.activeElement === this.canvas)
      .on("zoom", ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.transform = transform;
        this.listener.moved();
        this.draw();
      });
    select(this.canvas).call(this.behaviour);
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons !== 0 || event.pointerType === "touch" || !this.hasMoved(event)) return;
      listener.hovered(this.messageAt(spotOf(event)), spotOf(event));
    });
    this.canvas.addEventListener("pointerdown", ({ pointerType }) => {
      this.reach = pointerType === "touch" ? TOUCH_REACH : REACH;
    });
    for (const leaving of ["pointerleave", "pointerdown"] as const)
      this.canvas.addEventListener(leaving, (event) => listener.hovered(undefined, spotOf(event)));
    this.canvas.addEventListener("click", (event) => listener.chosen(this.messageAt(spotOf(event), this.reach)));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show(this.picture));
    new ResizeObserver(([entry]) => this.resize(Math.floor(entry?.contentRect.width ?? 0))).observe(this.canvas);
  }

  /** Left edge of the time axis in a diagram of this width, in pixels. */
  leftOf(width: number): number {
    this.lanes.fit(width, measureAt(NAME_SIZE));
    return this.lanes.left;
  }

  /** Shows these messages. */
  show(picture: Picture): void {
    this.picture = { ...picture };
    this.draw();
  }

  /** Highlights these messages, whether they are visible or not. */
  pointAt(messages: readonly number[]): void {
    this.pointedAt = messages;
    this.draw();
  }

  /** Zooms to an interval. */
  look({ from, to }: Stretch): void {
    this.wanted = { from, to };
    if (this.width === 0) return;
    const k = Math.min(this.largestScale(), Math.max(1, this.report.end / (to - from)));
    const { left } = this.lanes;
    const shift = (from / this.report.end) * (this.width - left);
    const fitted = zoomIdentity
      .translate(left, 0)
      .scale(k)
      .translate(-left - shift, 0);
    select(this.canvas).call(this.behaviour.transform, fitted);
  }

  /** Moves by the least distance that makes the whole message visible. */
  reveal(message: number): void {
    const { sentAt, endedAt = this.report.end } = this.message(message);
    const { from, to } = this.visible();
    if (sentAt >= from && endedAt <= to) return;
    const half = Math.max(to - from, endedAt - sentAt) / 2;
    const middle = (sentAt + endedAt) / 2;
    this.look({ from: Math.max(0, middle - half), to: middle + half });
  }

  /** The visible interval. */
  visible(): Stretch {
    const scale = this.scale(this.transform);
    return { from: scale.invert(this.lanes.left), to: scale.invert(this.width) };
  }

  /** Zooms by a fixed factor around the middle. */
  zoomBy(direction: "in" | "out"): void {
    select(this.canvas).call(this.behaviour.scaleBy, direction === "in" ? FACTOR : 1 / FACTOR);
  }

  /** Shows the whole run. */
  showAll(): void {
    select(this.canvas).call(this.behaviour.transform, zoomIdentity);
  }

  /** Moves in time by a step. */
  moveBy(direction: "earlier" | "later"): void {
    const step = direction === "later" ? -STEP : STEP;
    select(this.canvas).call(this.behaviour.translateBy, step / this.transform.k, 0);
  }

  private largestScale(): number {
    return Math.max(10, this.report.end / SHORTEST);
  }

  private resize(width: number): void {
    if (width === 0 || width === this.width) return;
    const seen = this.width === 0 ? this.wanted : this.visible();
    this.width = width;
    const measure = measureAt(NAME_SIZE);
    this.lanes.fit(width, measure);
    this.shortNames = this.report.nodes.map((name) => shortened(name, this.lanes.left - 10, measure));
    const { height } = this.lanes;
    this.canvas.style.height = `${height}px`;
    this.context = sized(this.canvas, width, height);
    const extent: [[number, number], [number, number]] = [
      [0, 0],
      [width, height],
    ];
    this.behaviour.extent(extent).translateExtent(extent);
    if (seen !== undefined) this.look(seen);
    this.draw();
  }

  /** Whether the pointer has moved: browsers also report a resting pointer while the page moves under it. */
  private hasMoved({ screenX, screenY }: PointerEvent): boolean {
    const here = `${screenX} ${screenY}`;
    if (here === this.last) return false;
    this.last = here;
    return true;
  }

  private messageAt(spot: Spot, reach = REACH): number | undefined {
    if (this.width === 0 || spot.x < this.lanes.left - (reach - REACH)) return undefined;
    const scale = this.scale(this.transform);
    const { messages, highlighted } = this.picture;
    const near = this.timeline.between(messages, scale.invert(spot.x - reach), scale.invert(spot.x + reach));
    const nearestOf = (indexes: readonly number[]) => {
      const found = nearestSegment(
        indexes.map((index) => this.segmentOf(index, scale)),
        spot,
        reach,
      );
      return found === undefined ? undefined : indexes[found];
    };
    // Faint messages can be pointed at only where no message of the value's path is.
    const picked = highlighted === undefined ? undefined : nearestOf(near.filter((index) => highlighted.has(index)));
    return picked ?? nearestOf(near);
  }

  private segmentOf(index: number, scale: ScaleLinear<number, number>) {
    const { from, to, sentAt, endedAt = this.report.end } = this.message(index);
    return { fromX: scale(sentAt), fromY: this.lanes.y(from), toX: scale(endedAt), toY: this.lanes.y(to) };
  }

  private message(index: number): RecordedMessage {
    return this.report.messages[index] as RecordedMessage;
  }

  /** Draws with the next frame. */
  private draw(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      if (this.context !== undefined) this.drawNow(this.context);
    });
  }

  private drawNow(context: CanvasRenderingContext2D): void {
    const { transform, picture, width } = this;
    if (!this.stored.serves(transform, picture, width)) this.paint();
    else if (!this.stored.isSharp(transform)) {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => {
        this.paint();
        this.draw();
      }, SETTLED);
    }
    context.clearRect(0, 0, width, this.lanes.height);
    this.stored.draw(context, transform);
    for (const message of this.pointedAt) this.painter.paintOne({ context, width, x: this.scale(transform) }, message);
    this.drawFrame(context);
  }

  /** Paints the stored picture. */
  private paint(): void {
    const { transform, picture, width } = this;
    const { from, to } = this.visible();
    const ahead = AHEAD * (to - from);
    const isCoarse = this.painter.isCrowd(picture.messages, from - ahead, to + ahead);
    this.stored.store({ width, isCoarse }, { transform, picture }, (surface, shift) => {
      this.painter.paint({ ...surface, x: this.scale(transform, shift) }, picture);
    });
  }

  /** Scale from ms to pixels. @param shift to the right, in pixels */
  private scale({ k, x }: ZoomTransform, shift = 0): ScaleLinear<number, number> {
    return scaleLinear([0, this.report.end], [this.lanes.left * k + x + shift, this.width * k + x + shift]);
  }

  /** The names of the nodes and the time axis, which stay in place. */
  private drawFrame(context: CanvasRenderingContext2D): void {
    const { left, height, bottom } = this.lanes;
    const inks = new Inks();
    context.fillStyle = inks.of("--card");
    context.fillRect(0, 0, left - 6, height);
    nameFaults({ context }, this.lanes);
    context.fillStyle = inks.of("--faint");
    const size = this.lanes.nameSize;
    context.font = `${size}px system-ui, sans-serif`;
    for (const [node, name] of this.shortNames.entries()) context.fillText(name, 2, this.lanes.y(node) + size / 3);
    context.font = "12px system-ui, sans-serif";
    const { from, to } = this.visible();
    this.canvas.dataset.left = String(left);
    this.canvas.dataset.from = from.toFixed(0);
    this.canvas.dataset.to = to.toFixed(0);
    const scale = this.scale(this.transform);
    context.textAlign = "center";
    for (const tick of scaleLinear([from, to], [0, 1]).ticks(this.width / 110)) {
      context.fillRect(Math.round(scale(tick)), height - bottom, 1, 5);
      if (scale(tick) < this.width - 20) context.fillText(`${+(tick / 1000).toFixed(3)} s`, scale(tick), height - 5);
    }
    context.textAlign = "start";
    this.listener.looked({ from, to });
  }
}

/** Where in the canvas the pointer is. */
function spotOf({ offsetX: x, offsetY: y }: MouseEvent): Spot {
  return { x, y };
}
