/** An item that waits for a due time. */
export interface DueItem {
  /** When the item is due, in the unit that all items of the queue share. */
  readonly due: number;
  /** Order of items that are due at the same time: the smaller one comes first. */
  readonly order: number;
}

/** A priority queue by due time, kept as a binary heap. */
export class DueQueue<Item extends DueItem> {
  private readonly heap: Item[] = [];

  /** The item that is due first; it stays in the queue. */
  get first(): Item | undefined {
    return this.heap[0];
  }

  push(item: Item): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(item, heap[parent] as Item)) break;
      heap[index] = heap[parent] as Item;
      index = parent;
    }
    heap[index] = item;
  }

  /** Removes and returns the item that is due first. */
  take(): Item | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1] as Item, heap[child] as Item)) child++;
      if (!comesBefore(heap[child] as Item, last)) break;
      heap[index] = heap[child] as Item;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  clear(): void {
    this.heap.length = 0;
  }
}

function comesBefore(one: DueItem, other: DueItem): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
