import { group } from "d3";
import type { RecordedMessage, RunReport } from "../../workbench/report/data/run-report.js";
import type { Wait } from "../../workbench/report/data/waits.js";
import { paintBackground } from "./background.js";
import type { Look } from "./kinds.js";
import type { Lanes } from "./lanes.js";
import { Inks, type Surface } from "./surface.js";
import { Timeline } from "./timeline.js";

/** The content of a picture. */
export interface Picture {
  /** Indexes of messages, in the order in which they were sent. */
  readonly messages: readonly number[];
  /** Messages that carried the selected value; all others are faint. */
  readonly highlighted: ReadonlySet<number> | undefined;
  /** The waits of that value at nodes. */
  readonly waits: readonly Wait[];
}

/** How arrows are drawn. */
interface Pen {
  readonly alpha: number;
  /** Pixels. */
  readonly width: number;
}

/** Beyond this number arrows are translucent and have no heads, because they would be indistinguishable. */
const MOST_HEADS = 1500;
/** Arrows that begin in the same cell of this width (pixels) between the same nodes are drawn once. */
const CELL = 1.5;
/** Number of translucent arrows drawn in one stroke. */
const STROKE = 250;
const FAINTEST = 0.12;

/** Draws the visible faults, lanes and arrows. */
export class Painter {
  private readonly timeline: Timeline;

  constructor(
    private readonly report: RunReport,
    private readonly lanes: Lanes,
    private readonly looks: readonly Look[],
  ) {
    this.timeline = new Timeline(report.messages);
  }

  /** Draws the whole picture. */
  paint(surface: Surface, { messages, highlighted, waits }: Picture): void {
    const { width, x } = surface;
    paintBackground(surface, this.report, this.lanes);
    const visible = this.timeline.between(messages, x.invert(0), x.invert(width));
    const strength = Math.min(0.75, Math.max(FAINTEST, (0.75 * MOST_HEADS) / visible.length));
    if (highlighted === undefined) {
      this.paintArrows(surface, visible, { alpha: strength, width: 1 });
      return;
    }
    const others = visible.filter((index) => !highlighted.has(index));
    this.paintArrows(surface, others, { alpha: FAINTEST * Math.min(1, 2 * strength), width: 1 });
    this.paintWaits(surface, waits);
    const picked = visible.filter((index) => highlighted.has(index));
    this.paintArrows(surface, picked, { alpha: 1, width: 2 });
  }

  /** Whether too many of these are in flight between two times (ms) to be distinguishable. */
  isCrowd(messages: readonly number[], from: number, to: number): boolean {
    return this.timeline.between(messages, from, to).length > MOST_HEADS;
  }

  /** Draws one arrow once more, to highlight it. */
  paintOne(surface: Surface, index: number): void {
    this.paintArrows(surface, [index], { alpha: 1, width: 4 });
  }

  private paintArrows(surface: Surface, messages: readonly number[], { alpha, width }: Pen): void {
    const { context } = surface;
    const inks = new Inks();
    const isCrowd = messages.length > MOST_HEADS;
    const byType = group(isCrowd ? this.distinct(surface, messages) : messages, (index) => this.message(index).type);
    context.save();
    context.globalAlpha = alpha;
    context.lineWidth = width;
    for (const [type, indexes] of byType) {
      const { colour, dashes } = this.looks[type] as Look;
      context.strokeStyle = context.fillStyle = inks.of(colour);
      context.setLineDash([...dashes]);
      const stroke = isCrowd ? STROKE : indexes.length;
      for (let begin = 0; begin < indexes.length; begin += stroke)
        this.strokeLines(surface, indexes.slice(begin, begin + stroke));
      if (!isCrowd) for (const index of indexes) this.paintHead(surface, this.message(index), width);
    }
    this.paintLosses(surface, messages);
    context.restore();
  }

  private strokeLines({ context, x }: Surface, indexes: readonly number[]): void {
    context.beginPath();
    for (const index of indexes) {
      const { from, to, sentAt, endedAt = this.report.end } = this.message(index);
      context.moveTo(x(sentAt), this.lanes.y(from));
      context.lineTo(x(endedAt), this.lanes.y(to));
    }
    context.stroke();
  }

  /** Draws only one of several arrows that would cover each other. */
  private distinct({ x }: Surface, messages: readonly number[]): readonly number[] {
    const nodes = this.report.nodes.length;
    const seen = new Set<number>();
    return messages.filter((index) => {
      const { from, to, type, sentAt } = this.message(index);
      const cell = ((Math.round(x(sentAt) / CELL) * nodes + from) * nodes + to) * this.looks.length + type;
      if (seen.has(cell)) return false;
      seen.add(cell);
      return true;
    });
  }

  private paintHead(
    { context, x }: Surface,
    { from, to, sentAt, endedAt, lostBy }: RecordedMessage,
    width: number,
  ): void {
    if (endedAt === undefined || lostBy !== undefined) return;
    const [endX, endY] = [x(endedAt), this.lanes.y(to)];
    const [length, half] = [6 + width, 2 + width];
    context.save();
    context.translate(endX, endY);
    context.rotate(Math.atan2(endY - this.lanes.y(from), endX - x(sentAt)));
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(-length, -half);
    context.lineTo(-length, half);
    context.fill();
    context.restore();
  }

  /** A cross where a message was dropped. */
  private paintLosses({ context, x }: Surface, messages: readonly number[]): void {
    context.strokeStyle = new Inks().of("--vermillion");
    context.lineWidth = 2;
    context.setLineDash([]);
    context.beginPath();
    for (const index of messages) {
      const { to, lostBy, endedAt = 0 } = this.message(index);
      if (lostBy === undefined) continue;
      const [endX, endY] = [x(endedAt), this.lanes.y(to)];
      context.moveTo(endX - 4, endY - 4);
      context.lineTo(endX + 4, endY + 4);
      context.moveTo(endX - 4, endY + 4);
      context.lineTo(endX + 4, endY - 4);
    }
    context.stroke();
  }

  /** A bar on the lane of a node while it held the value. */
  private paintWaits({ context, x }: Surface, waits: readonly Wait[]): void {
    const inks = new Inks();
    for (const { kind, node, from, to } of waits) {
      if (kind === "wire" || kind === "accepted") continue;
      context.fillStyle = inks.of(kind === "again" ? "--vermillion" : "--ink");
      context.fillRect(x(from), this.lanes.y(node) - 3, x(to) - x(from), 6);
    }
  }

  private message(index: number): RecordedMessage {
    return this.report.messages[index] as RecordedMessage;
  }
}
