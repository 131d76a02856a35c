import type { Clock } from "../../domain/ports/clock.js";
import { type Delivery, type Message, typeOf } from "./message.js";
import type { Network, Receiver } from "./network.js";
import type { NodeEvents, NodeHandle, NodeHost, OutputState } from "./node-host.js";

/** Stage of a node's life; messages that come too early for it are lost, as while it is down. */
type Stage = "down" | "before init" | "before topology" | "in service";

/** Dependencies of a cluster node. */
export interface ClusterNodeParts {
  readonly clock: Clock;
  readonly host: NodeHost;
  readonly network: Network;
}

/** One node under test, through all its lives. */
export class ClusterNode implements Receiver {
  /** Number of lines printed, in all its lives. */
  linesPrinted = 0;
  private stage: Stage = "down";
  private handle: NodeHandle | undefined;
  private getsTopology = true;
  private isLeaving = false;
  private whenGone: (() => void) | undefined;
  /** Whether the bench has paused it. */
  isPaused = false;
  /** End of its last pause, in ms of the clock. */
  private resumedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly id: string,
    private readonly parts: ClusterNodeParts,
    private readonly events: NodeEvents,
  ) {
    parts.network.addReceiver(id, this);
  }

  /**
   * Begins a life; the previous one must be over.
   * @param getsTopology whether a topology follows `init`; otherwise only `init` precedes operations
   */
  start(getsTopology = true): void {
    this.getsTopology = getsTopology;
    this.stage = "before init";
    this.handle = this.parts.host.start(this.id, this.events);
  }

  /** Ends its life at once; messages sent to it from now on are lost. */
  kill(): void {
    const { handle } = this;
    if (handle === undefined) return;
    this.handle = undefined;
    this.stage = "down";
    this.isLeaving = true;
    handle.kill(() => {
      this.isLeaving = false;
      // Only once: the task would otherwise begin a second life beside the one that a later restart begins.
      const task = this.whenGone;
      this.whenGone = undefined;
      task?.();
    });
    // If it was not reading, only this lets the queue continue.
    this.parts.network.resumeReceiver(this.id);
  }

  /** Calls `task` once nothing is left of its previous life. */
  afterLife(task: () => void): void {
    if (this.isLeaving) this.whenGone = task;
    else task();
  }

  pause(): void {
    this.isPaused = true;
    this.handle?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.resumedAt = this.parts.clock.now();
    this.handle?.resume();
  }

  /** Whether it was paused at any moment since `time` (ms of the clock). */
  stoodStillSince(time: number): boolean {
    return this.isPaused || this.resumedAt >= time;
  }

  /** The output of the node since its last start, if the host knows it. */
  output(): OutputState | undefined {
    return this.handle?.output?.();
  }

  /** In every life a node first receives `init`; if a `topology` follows, no operation precedes it. */
  admits({ src, body }: Message): boolean {
    if (this.handle === undefined) return false;
    const type = typeOf(body);
    if (this.stage === "before init") {
      if (type !== "init") return false;
      this.stage = this.getsTopology ? "before topology" : "in service";
    } else if (this.stage === "before topology" && !this.parts.network.hasReceiver(src)) {
      if (type !== "topology") return false;
      this.stage = "in service";
    }
    return this.stage !== "down";
  }

  take(delivery: Delivery): boolean {
    return this.handle?.deliver(delivery) ?? true;
  }

  /** Ends the node permanently. */
  stop(): void {
    this.handle?.stop();
  }
}
