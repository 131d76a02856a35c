/**
 * Which acknowledged values the cluster has to keep: the fault model's one exemption. A value is exempt once there was a
 * moment, after it was accepted, at which nobody carried it: no living member knew it, and no journal of a member that
 * comes back holds it for certain (its acceptor's, once it is acknowledged). Without journals that is a value whose every
 * holder crashed before any other member had it.
 */
export class Carriers {
  private readonly count = new Map<number, number>();
  private readonly gone = new Set<number>();

  /** One more carrier of the value. */
  add(value: number): void {
    this.count.set(value, (this.count.get(value) ?? 0) + 1);
  }

  /** One carrier less. */
  remove(value: number): void {
    const left = (this.count.get(value) ?? 0) - 1;
    this.count.set(value, left);
    if (left <= 0) this.gone.add(value);
  }

  /** Was there a moment without a carrier? */
  isExempt(value: number): boolean {
    return this.gone.has(value);
  }
}
