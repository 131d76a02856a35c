/**
 * The values that a participant may have at some moment: for each node that got values, how many clients
 * gave to it, in the order in which it got them. A count is enough, since a message may carry everything that its sender may have.
 * Immutable once it has been handed out.
 */
export type Knowledge = Readonly<Int32Array>;

/** The possible knowledge of one participant; copied before a change if it was handed out. */
export class KnowledgeHolder {
  private counts = new Int32Array(0);
  private isShared = false;

  share(): Knowledge {
    this.isShared = true;
    return this.counts;
  }

  count(origin: number): number {
    return this.counts[origin] ?? 0;
  }

  has(origin: number, place: number): boolean {
    return this.count(origin) >= place;
  }

  raise(origin: number, place: number): void {
    if (this.has(origin, place)) return;
    this.prepare(origin + 1);
    this.counts[origin] = place;
  }

  learn(knowledge: Knowledge): void {
    for (let origin = 0; origin < knowledge.length; origin++) {
      const place = knowledge[origin] as number;
      if (place <= this.count(origin)) continue;
      this.prepare(knowledge.length);
      this.counts[origin] = place;
    }
  }

  /** Makes the counts writable, with room for this many. */
  private prepare(size: number): void {
    if (!this.isShared && size <= this.counts.length) return;
    const counts = new Int32Array(Math.max(size, this.counts.length));
    counts.set(this.counts);
    this.counts = counts;
    this.isShared = false;
  }
}
