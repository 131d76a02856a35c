import { WINDOW } from "../../config.js";
import type { Clock } from "../../ports/clock.js";
import type { MemberId } from "../../ports/transport.js";
import { type TreePosition, treeNeighbours } from "../../tree/tree-builder.js";
import type { Pacer, Pending } from "../pacer.js";
import { RoundlessPacer } from "../roundless-pacer.js";

/** Settings of the windows. */
interface WindowOptions {
  /** Length of a window, in ms. */
  readonly window: number;
  /** Number of values at which a batch leaves before its window ends. */
  readonly batchSize: number;
}

interface WindowPacerDeps {
  readonly clock: Clock;
  readonly overlay: TreePosition;
}

/** The proposal's mode: a batch leaves at the end of each fixed window, or as soon as it holds enough values. */
export class WindowPacer extends RoundlessPacer implements Pacer {
  readonly piggybacksAcks = false;
  readonly isDirect = false;
  readonly followsTree = true;
  override readonly batchesBySize = true;
  private readonly tree: readonly MemberId[];
  private readonly origin: number;

  constructor(
    private readonly deps: WindowPacerDeps,
    private readonly options: WindowOptions,
  ) {
    super();
    this.tree = treeNeighbours(deps.overlay);
    this.origin = deps.clock.now();
  }

  targets(from: MemberId | undefined): readonly MemberId[] {
    return this.tree.filter((member) => member !== from);
  }

  neighbours(): readonly MemberId[] {
    return this.tree;
  }

  departure(_member: MemberId, { count }: Pending): number | undefined {
    if (count === 0) return undefined;
    const now = this.deps.clock.now();
    if (count >= this.options.batchSize) return now;
    return this.origin + (Math.floor((now - this.origin) / this.options.window) + 1) * this.options.window;
  }

  ackDue(_member: MemberId, sentAt: number): number {
    return sentAt + WINDOW.patience;
  }

  answerTime(): number {
    return WINDOW.patience;
  }
}
