import { type DueItem, DueQueue } from "../../collections/due-queue.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Delivery } from "./message.js";

/** Dependencies of a delivery thread. */
export interface DeliverySurroundings {
  /** Asked when the thread takes the message, not when it delivers it: true drops the message. */
  isDropped(delivery: Delivery): boolean;
  /** Hands the message to the node; false if the node is not reading. */
  deliver(delivery: Delivery): boolean;
  /** Called once per delivery with the due time and the actual time, in ms of the clock. */
  delivered(due: number, actual: number): void;
}

/** Due in ms of the clock; messages due at the same time are delivered in the order in which they were sent. */
interface QueuedDelivery extends DueItem {
  readonly delivery: Delivery;
}

/**
 * The one thread that feeds a node in Maelstrom. It takes the message that is due first, decides at that moment whether a
 * partition drops it, sleeps until the message is due, delivers it, and only then takes the next one. Messages that arrive
 * while it sleeps wait, even if they are due earlier, and even if a client sent them. So a client's request takes up to one
 * latency on a busy node, in Maelstrom as here.
 */
export class DeliveryThread {
  private readonly queue = new DueQueue<QueuedDelivery>();
  private enqueued = 0;
  private busy = false;
  private blocked = false;
  private stopped = false;
  private cancelSleep: CancelTask | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly surroundings: DeliverySurroundings,
  ) {}

  /** Whether the node is not reading. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  /** Queues a message for delivery at `due` (ms of the clock), or later if the thread is busy then. */
  enqueue(delivery: Delivery, due: number): void {
    if (this.stopped) return;
    this.queue.push({ delivery, due, order: this.enqueued++ });
    if (!this.busy) this.work();
  }

  /** Continues after a delivery was answered with false and the node reads again; otherwise does nothing. */
  resume(): void {
    if (this.stopped || !this.blocked) return;
    this.blocked = false;
    this.work();
  }

  /** Stops all deliveries. */
  stop(): void {
    this.stopped = true;
    this.cancelSleep?.();
  }

  private work(): void {
    // A node inside this process may answer at once and so enqueue while the loop runs; the flag keeps a single loop.
    this.busy = true;
    for (let item = this.queue.take(); item !== undefined && !this.stopped; item = this.queue.take()) {
      if (this.surroundings.isDropped(item.delivery)) continue;
      const now = this.clock.now();
      if (item.due > now) {
        this.sleepUntilDue(item, now);
        return;
      }
      if (!this.deliver(item, now)) return;
    }
    this.busy = false;
  }

  private sleepUntilDue(item: QueuedDelivery, now: number): void {
    this.cancelSleep = this.clock.schedule(item.due - now, () => {
      if (this.deliver(item, item.due)) this.work();
    });
  }

  private deliver(item: QueuedDelivery, due: number): boolean {
    this.surroundings.delivered(due, this.clock.now());
    this.blocked = !this.surroundings.deliver(item.delivery);
    return !this.blocked;
  }
}
