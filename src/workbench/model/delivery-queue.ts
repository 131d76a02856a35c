import type { Delivery } from "./message.js";

/** A delivery that waits for its time. */
export interface QueuedDelivery {
  readonly delivery: Delivery;
  /** When it is to be delivered, in ms of the bench's clock. */
  readonly due: number;
  /** Position in the order of sending, which decides between deliveries due at the same time. */
  readonly order: number;
}

/** Deliveries by due time: a binary heap. */
export class DeliveryQueue {
  private readonly heap: QueuedDelivery[] = [];
  private pushed = 0;

  push(delivery: Delivery, due: number): void {
    const { heap } = this;
    const item: QueuedDelivery = { delivery, due, order: this.pushed++ };
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(item, heap[parent] as QueuedDelivery)) break;
      heap[index] = heap[parent] as QueuedDelivery;
      index = parent;
    }
    heap[index] = item;
  }

  /** Takes the delivery that is due first. */
  take(): QueuedDelivery | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1] as QueuedDelivery, heap[child] as QueuedDelivery))
        child++;
      if (!comesBefore(heap[child] as QueuedDelivery, last)) break;
      heap[index] = heap[child] as QueuedDelivery;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function comesBefore(a: QueuedDelivery, b: QueuedDelivery): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
