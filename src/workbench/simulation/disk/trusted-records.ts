/**
 * The values that the disk of one member must still have, since reads showed them there and no fault has damaged their records
 * since. A damaged record may still be readable; until a restart without it, nothing is known about its value.
 */
export class TrustedRecords implements Iterable<number> {
  private readonly trusted = new Set<number>();
  /** Damaged records, and whether a restart without their value has to report damage. */
  private readonly doubtful = new Map<number, boolean>();

  [Symbol.iterator](): Iterator<number> {
    return this.trusted[Symbol.iterator]();
  }

  has(value: number): boolean {
    return this.trusted.has(value);
  }

  /** A read showed the value, so its record is durable. */
  shown(value: number): void {
    const isReported = this.doubtful.get(value);
    if (isReported === undefined) this.trusted.add(value);
    else this.doubtful.set(value, true);
  }

  /**
   * A fault has damaged the record of a value.
   * @returns whether the value was trusted
   */
  damage(value: number): boolean {
    const wasTrusted = this.trusted.delete(value);
    this.doubtful.set(value, wasTrusted || this.doubtful.get(value) === true);
    return wasTrusted;
  }

  /**
   * A fault has deleted all records, and has left nothing that a restart could report.
   * @returns the values that were trusted
   */
  deleteAll(): number[] {
    const values = [...this.trusted];
    for (const value of [...values, ...this.doubtful.keys()]) this.doubtful.set(value, false);
    this.trusted.clear();
    return values;
  }

  /**
   * A restart has read the disk. Values that it did not find are written anew when they come.
   * @returns values whose loss the restart had to report
   */
  restarted(found: (value: number) => boolean): number[] {
    const lost = [...this.doubtful].filter(([value]) => !found(value));
    for (const [value] of lost) this.doubtful.delete(value);
    return lost.filter(([, mustReport]) => mustReport).map(([value]) => value);
  }
}
