/** Operations of one kind by their outcome. */
export interface OperationCounts {
  readonly invoked: number;
  readonly ok: number;
  /** Certainly not done. */
  readonly failed: number;
  /** Nobody knows; includes those still under way when a run was cut short. */
  readonly indeterminate: number;
}

/** The same for all operations, and for each kind. */
export interface OperationsByKind extends OperationCounts {
  readonly broadcasts: OperationCounts;
  readonly reads: OperationCounts;
}

/** Why operations did not succeed, and how many gave that reason; the most frequent come first. */
export type Errors = readonly (readonly [error: string, count: number])[];

/** Different reasons beyond this many are not kept: a node may write anything into an error. */
const MOST_REASONS = 100;

/** Counts the operations of one kind by their outcome, and why those failed that did. */
export class Attempts {
  /** How many began. */
  begun = 0;
  private ok = 0;
  private refused = 0;
  private indeterminate = 0;
  private readonly reasons = new Map<string, number>();

  began(): void {
    this.begun++;
  }

  succeeded(): void {
    this.ok++;
  }

  /** `outcome`: "fail" if it certainly was not done, "info" if nobody knows. */
  failed(outcome: "fail" | "info", error = "no reason is known"): void {
    if (outcome === "fail") this.refused++;
    else this.indeterminate++;
    const count = this.reasons.get(error);
    if (count !== undefined || this.reasons.size < MOST_REASONS) this.reasons.set(error, (count ?? 0) + 1);
  }

  /** The counts; `open` operations are still under way, so nobody knows of those either. */
  counts(open: number): OperationCounts {
    const { begun, ok, refused, indeterminate } = this;
    return { invoked: begun, ok, failed: refused, indeterminate: indeterminate + open };
  }

  get errors(): Errors {
    return [...this.reasons].sort((one, other) => other[1] - one[1]);
  }
}
