/** A list that stays sorted. */
export class SortedList<Item> {
  private readonly items: Item[] = [];

  /** @param compare a total order: 0 only for items of which either may be removed for the other */
  constructor(private readonly compare: (one: Item, other: Item) => number) {}

  get length(): number {
    return this.items.length;
  }

  at(index: number): Item | undefined {
    return this.items[index];
  }

  values(): readonly Item[] {
    return this.items;
  }

  /** Index of the first item that does not come before this one. */
  indexOf(item: Item): number {
    let [low, high] = [0, this.items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.items[middle] as Item, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(item: Item): void {
    this.items.splice(this.indexOf(item), 0, item);
  }

  /** Removes the item if it is there. */
  remove(item: Item): void {
    const index = this.indexOf(item);
    const found = this.items[index];
    if (found !== undefined && this.compare(found, item) === 0) this.items.splice(index, 1);
  }
}
