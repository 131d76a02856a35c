import { DueQueue, type Waiting } from "../../collections/due-queue.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Delivery } from "./message.js";

/** What a delivery thread needs from its surroundings. */
export interface DeliverySurroundings {
  /** Asked when the message is taken, not when it is delivered: true drops it. */
  isDropped(delivery: Delivery): boolean;
  /** Hands the message to the node; false when the node is not reading. */
  deliver(delivery: Delivery): boolean;
  /** Told once per delivery: when it should have happened, and when it did, in ms of the clock. */
  delivered(due: number, actual: number): void;
}

/** Due in ms of the clock; of those due at the same time the one that was sent first comes first. */
interface QueuedDelivery extends Waiting {
  readonly delivery: Delivery;
}

/**
 * The one thread that feeds a node in Maelstrom: it takes the message that is due first, decides there and then whether a
 * partition drops it, sleeps until that message is due, delivers it, and only then takes the next. Whatever arrives while
 * it sleeps has to wait, even when it is due earlier, and even when a client sent it: which is why a client's request
 * takes up to one latency on a busy node, in Maelstrom as here.
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

  /** Queues a message to be delivered at `due` (ms of the clock) or, when the thread is not free then, later. */
  enqueue(delivery: Delivery, due: number): void {
    if (this.stopped) return;
    this.queue.push({ delivery, due, order: this.enqueued++ });
    if (!this.busy) this.work();
  }

  /** The node reads again, after a delivery was answered with false; otherwise this changes nothing. */
  resume(): void {
    if (this.stopped || !this.blocked) return;
    this.blocked = false;
    this.work();
  }

  /** Delivers nothing any more. */
  stop(): void {
    this.stopped = true;
    this.cancelSleep?.();
  }

  private work(): void {
    // A node inside this process may answer at once and so enqueue while the loop runs: the flag keeps one loop.
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
