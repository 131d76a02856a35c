/**
 * The acknowledged values that the cluster has to keep, with the one exemption of the fault model. A value is exempt if at some
 * moment after its acceptance it had no carrier: no living member knew it, and no journal of a member that comes back holds it
 * for certain (its acceptor's, once it is acknowledged). Without journals such a value had only holders that crashed before any
 * other member received it.
 */
export class Carriers {
  private readonly count = new Map<number, number>();
  private readonly gone = new Set<number>();

  /** Adds a carrier of the value. */
  add(value: number): void {
    this.count.set(value, (this.count.get(value) ?? 0) + 1);
  }

  /** Removes a carrier of the value. */
  remove(value: number): void {
    const left = (this.count.get(value) ?? 0) - 1;
    this.count.set(value, left);
    if (left <= 0) this.gone.add(value);
  }

  /** Whether the value was ever without a carrier. */
  isExempt(value: number): boolean {
    return this.gone.has(value);
  }
}
