/** Something that waits for its time. */
export interface Waiting {
  /** When it is due; in whatever unit, as long as it is the same for all in a queue. */
  readonly due: number;
  /** Decides between those due at the same time: the smaller one comes first. */
  readonly order: number;
}

/** What waits, by when it is due: a binary heap. */
export class DueQueue<Item extends Waiting> {
  private readonly heap: Item[] = [];

  /** What is due first; it stays where it is. */
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

  /** Takes out what is due first. */
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

function comesBefore(one: Waiting, other: Waiting): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}
