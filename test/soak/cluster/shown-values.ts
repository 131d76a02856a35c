/**
 * A node keeps every value for four minutes, and takes one that an earlier life left for a minute old. A value that was sent this
 * recently, in ms, must be there after a restart.
 */
const KEPT = 170_000;

/** The values that a member has shown in all its lives. Times in ms. */
export class ShownValues {
  /** Values that an earlier life had shown, and that were gone after a restart. */
  readonly takenBack: string[] = [];
  /** When each value was sent; if that is not known, when it came first. */
  private readonly firsts = new Map<string, number>();
  private ofThisLife = new Set<string>();
  private readonly repeated: string[] = [];

  /** A life begins, with the values that the journal brought back. */
  begin(names: readonly string[], now: number): void {
    this.ofThisLife = new Set();
    const earlier = [...this.firsts];
    for (const name of names) this.deliver(name, now);
    for (const [name, at] of earlier) if (now - at < KEPT && !this.ofThisLife.has(name)) this.takenBack.push(name);
  }

  /** A value was delivered. @param sentAt when its sender got it: it may have been on its way for minutes */
  deliver(name: string, sentAt: number): void {
    if (this.ofThisLife.has(name)) this.repeated.push(name);
    this.ofThisLife.add(name);
    if (!this.firsts.has(name)) this.firsts.set(name, sentAt);
  }

  /** Every value, and once more those that came twice in one life. */
  list(): readonly string[] {
    return [...this.firsts.keys(), ...this.repeated];
  }
}
