import { group, type ScaleLinear } from "d3";
import type { RecordedMessage, RunReport } from "../../workbench/report/data/run-report.js";

/** What is painted. */
export interface Picture {
  /** Indexes of messages, in the order in which they were sent. */
  readonly messages: readonly number[];
  /** Those on the way of the value that was picked; all others stand back. */
  readonly highlighted: ReadonlySet<number> | undefined;
}

/** Where and how large. Pixels. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** From ms to pixels. */
  readonly x: ScaleLinear<number, number>;
}

/** Room above the lanes for the names of faults, and below for the axis. */
export const MARGIN = { top: 18, bottom: 22, left: 40 };
const COLOURS = ["--blue", "--orange", "--green", "--purple", "--sky", "--yellow"];
/** More arrows than this have no heads: one could not tell them apart. */
const MOST_HEADS = 1500;
/** Arrows that begin in the same cell of this width (pixels) between the same nodes are drawn once. */
const CELL = 1.5;

/** The colour of a kind of message, by its number. */
export function colourOf(type: number): string {
  return COLOURS[type % COLOURS.length] as string;
}

/** Draws lanes, faults and arrows; only what is visible. */
export class Painter {
  private readonly longest: number;

  constructor(private readonly report: RunReport) {
    this.longest = report.messages.reduce(
      (longest, { sentAt, endedAt = sentAt }) => Math.max(longest, endedAt - sentAt),
      0,
    );
  }

  /** The middle of a node's lane. */
  laneOf(node: number, height: number): number {
    const { top, bottom } = MARGIN;
    return top + ((node + 0.5) * (height - top - bottom)) / this.report.nodes.length;
  }

  /** Draws all of it; the number of arrows that were visible. */
  paint(surface: Surface, picture: Picture): number {
    const { context, width, height } = surface;
    context.clearRect(0, 0, width, height);
    this.paintFaults(surface);
    this.paintLanes(surface);
    const visible = this.visible(surface, picture.messages);
    const isHighlighted = (index: number) => picture.highlighted?.has(index) === true;
    this.paintArrows(
      surface,
      visible.filter((index) => !isHighlighted(index)),
      picture.highlighted === undefined ? 0.7 : 0.12,
      1,
    );
    this.paintArrows(surface, visible.filter(isHighlighted), 1, 2);
    return visible.length;
  }

  private visible({ x, width }: Surface, messages: readonly number[]): readonly number[] {
    const [from, to] = [x.invert(0) - this.longest, x.invert(width)];
    return messages.slice(this.firstFrom(messages, from), this.firstFrom(messages, to));
  }

  /** The first place in the list from which on messages were sent at a time or later. */
  private firstFrom(messages: readonly number[], time: number): number {
    let [low, high] = [0, messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.message(messages[middle] as number).sentAt < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private paintArrows(surface: Surface, messages: readonly number[], alpha: number, lineWidth: number): void {
    const { context, x, height } = surface;
    const hasHeads = messages.length <= MOST_HEADS;
    const byType = group(this.distinct(surface, messages), (index) => this.message(index).type);
    context.globalAlpha = alpha;
    context.lineWidth = lineWidth;
    for (const [type, indexes] of byType) {
      context.strokeStyle = context.fillStyle = inkOf(context, colourOf(type));
      context.beginPath();
      for (const index of indexes) {
        const { from, to, sentAt, endedAt = this.report.end } = this.message(index);
        context.moveTo(x(sentAt), this.laneOf(from, height));
        context.lineTo(x(endedAt), this.laneOf(to, height));
      }
      context.stroke();
      if (hasHeads) for (const index of indexes) this.paintHead(surface, this.message(index));
    }
    this.paintLosses(surface, messages);
    context.globalAlpha = 1;
  }

  /** One of those that would cover one another. */
  private distinct({ x }: Surface, messages: readonly number[]): readonly number[] {
    if (messages.length <= MOST_HEADS) return messages;
    const nodes = this.report.nodes.length;
    const seen = new Set<number>();
    return messages.filter((index) => {
      const { from, to, type, sentAt } = this.message(index);
      const cell = ((Math.round(x(sentAt) / CELL) * nodes + from) * nodes + to) * 16 + type;
      if (seen.has(cell)) return false;
      seen.add(cell);
      return true;
    });
  }

  private paintHead({ context, x, height }: Surface, { from, to, sentAt, endedAt, lostBy }: RecordedMessage): void {
    if (endedAt === undefined || lostBy !== undefined) return;
    const [endX, endY] = [x(endedAt), this.laneOf(to, height)];
    context.save();
    context.translate(endX, endY);
    context.rotate(Math.atan2(endY - this.laneOf(from, height), endX - x(sentAt)));
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(-7, -3);
    context.lineTo(-7, 3);
    context.fill();
    context.restore();
  }

  /** A cross where a message was dropped. */
  private paintLosses({ context, x, height }: Surface, messages: readonly number[]): void {
    context.strokeStyle = inkOf(context, "--vermillion");
    context.lineWidth = 2;
    context.beginPath();
    for (const index of messages) {
      const { to, lostBy, endedAt = 0 } = this.message(index);
      if (lostBy === undefined) continue;
      const [endX, endY] = [x(endedAt), this.laneOf(to, height)];
      context.moveTo(endX - 4, endY - 4);
      context.lineTo(endX + 4, endY + 4);
      context.moveTo(endX - 4, endY + 4);
      context.lineTo(endX + 4, endY - 4);
    }
    context.stroke();
  }

  private paintFaults({ context, x, height }: Surface): void {
    context.font = "11px system-ui, sans-serif";
    for (const { kind, from, to } of this.report.faults) {
      context.fillStyle = inkOf(context, "--orange");
      context.globalAlpha = 0.14;
      context.fillRect(x(from), MARGIN.top, x(to) - x(from), height - MARGIN.top - MARGIN.bottom);
      context.globalAlpha = 1;
      context.fillStyle = inkOf(context, "--faint");
      context.fillText(kind, x(from) + 2, MARGIN.top - 5);
    }
  }

  private paintLanes({ context, width, height }: Surface): void {
    context.strokeStyle = inkOf(context, "--line");
    context.lineWidth = 1;
    context.beginPath();
    for (const node of this.report.nodes.keys()) {
      context.moveTo(0, this.laneOf(node, height));
      context.lineTo(width, this.laneOf(node, height));
    }
    context.stroke();
  }

  private message(index: number): RecordedMessage {
    return this.report.messages[index] as RecordedMessage;
  }
}

/** A colour of the page as it is now, in light or dark. */
export function inkOf({ canvas }: CanvasRenderingContext2D, name: string): string {
  return getComputedStyle(canvas.isConnected ? canvas : document.body).getPropertyValue(name);
}
