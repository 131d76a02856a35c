import { WINDOW } from "../../config.js";
import type { Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import type { Pacer, Pending } from "../pacer.js";

/** The proposal's way: a batch leaves at the end of each fixed window, or as soon as it holds enough values. */
export class WindowPacer implements Pacer {
  readonly piggybacksAcks = false;
  readonly isDirect = false;
  readonly isLossy = false;
  private readonly neighbours: readonly MemberId[];
  private readonly origin: number;

  /**
   * @param window length of a window, in ms
   * @param batchSize values that make a batch leave before its window ends
   */
  constructor(
    private readonly clock: Clock,
    position: TreePosition,
    private readonly window: number,
    private readonly batchSize: number,
  ) {
    this.neighbours = [...(position.parent === undefined ? [] : [position.parent]), ...position.children];
    this.origin = clock.now();
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    return this.neighbours.filter((neighbour) => neighbour !== from);
  }

  flushAfter(): readonly MemberId[] {
    return [];
  }

  departure(_neighbour: MemberId, { count }: Pending): number | undefined {
    if (count === 0) return undefined;
    const now = this.clock.now();
    if (count >= this.batchSize) return now;
    return this.origin + (Math.floor((now - this.origin) / this.window) + 1) * this.window;
  }

  isParent(): boolean {
    return false;
  }

  ackDue(_neighbour: MemberId, sentAt: number): number {
    return sentAt + WINDOW.patience;
  }

  answerTime(): number {
    return WINDOW.patience;
  }

  readonly isCalm = false;

  asksForAnswer(): boolean {
    return false;
  }

  upcastPlan(): undefined {
    return undefined;
  }

  schedule(): undefined {
    return undefined;
  }
}
