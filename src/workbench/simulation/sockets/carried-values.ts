/**
 * The values that a cluster has to keep. A value is exempt if at some moment after its acceptance nothing carried it: no process that
 * runs had it, and no journal of a member that comes back.
 */
export class CarriedValues {
  private readonly carriers = new Map<number, Set<string>>();
  private readonly exempt = new Set<number>();
  readonly acknowledged = new Set<number>();

  /** A process has the value, or its journal. */
  add(value: number, carrier: string): void {
    let carriers = this.carriers.get(value);
    if (carriers === undefined) {
      carriers = new Set();
      this.carriers.set(value, carriers);
    }
    carriers.add(carrier);
  }

  /** A process has ended, and nothing of it comes back. */
  removeAll(carrier: string): void {
    for (const [value, carriers] of this.carriers)
      if (carriers.delete(carrier) && carriers.size === 0) this.exempt.add(value);
  }

  /** Whether a client has broadcast it. */
  isKnown(value: number): boolean {
    return this.carriers.has(value);
  }

  /** The values that every member has to have at the end. */
  required(): number[] {
    return [...this.carriers.keys()].filter((value) => !this.exempt.has(value));
  }

  /** Number of acknowledged values that were lost with the only processes that had them. */
  get lost(): number {
    return [...this.acknowledged].filter((value) => this.exempt.has(value)).length;
  }
}
