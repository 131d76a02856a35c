/**
 * The values that a participant may have at some moment: for each node, the number of values that clients gave to it, in
 * the order in which it got them. A count is enough, since a message may carry everything that its sender may have.
 * Immutable once it has been handed out.
 */
export type Knowledge = Readonly<Int32Array>;

/** The possible knowledge of one participant; copied before a change if it was handed out. */
export class KnowledgeHolder {
  private counts: Int32Array;
  private isShared = false;

  constructor(nodes: number) {
    this.counts = new Int32Array(nodes);
  }

  share(): Knowledge {
    this.isShared = true;
    return this.counts;
  }

  count(origin: number): number {
    return this.counts[origin] as number;
  }

  has(origin: number, place: number): boolean {
    return this.count(origin) >= place;
  }

  raise(origin: number, place: number): void {
    if (this.has(origin, place)) return;
    if (this.isShared) {
      this.counts = this.counts.slice();
      this.isShared = false;
    }
    this.counts[origin] = place;
  }

  learn(knowledge: Knowledge): void {
    for (let origin = 0; origin < knowledge.length; origin++) this.raise(origin, knowledge[origin] as number);
  }
}
