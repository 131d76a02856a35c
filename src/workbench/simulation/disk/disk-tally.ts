import type { Outcome } from "../outcome.js";

/** Adds up what happened to the disks of many scenarios, so that a run without failures shows what it has tested. */
export class DiskTally {
  private readonly counts = new Map<string, number>();
  private clusters = 0;

  add({ disks }: Outcome): void {
    if (disks === undefined) return;
    this.clusters++;
    for (const [what, count] of disks) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  /** All counts in one line; `undefined` if no cluster had disks. */
  describe(): string | undefined {
    if (this.clusters === 0) return undefined;
    const counts = [...this.counts].sort(([one], [other]) => (one < other ? -1 : 1));
    return [
      `clusters on simulated disks: ${this.clusters}`,
      ...counts.map(([what, count]) => `${what}: ${count}`),
    ].join(" · ");
  }
}
