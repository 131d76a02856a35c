/** Operations of one kind by their outcome. */
export interface OperationCounts {
  readonly invoked: number;
  readonly ok: number;
  /** Certainly not executed. */
  readonly failed: number;
  /** Of unknown outcome; includes those still in progress when a run was cut short. */
  readonly indeterminate: number;
}

/** The counts of all operations, and of each kind. */
export interface OperationsByKind extends OperationCounts {
  readonly broadcasts: OperationCounts;
  readonly reads: OperationCounts;
}

/** Errors of operations with their counts, the most frequent first. */
export type Errors = readonly (readonly [error: string, count: number])[];

/** Upper bound on the different errors kept: a node may write anything into an error. */
const MOST_REASONS = 100;

/** Counts the operations of one kind by outcome, and the errors of those that failed. */
export class Attempts {
  /** Number of operations begun. */
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

  /** `outcome`: "fail" if the operation was certainly not executed, "info" if that is unknown. */
  failed(outcome: "fail" | "info", error = "no reason known"): void {
    if (outcome === "fail") this.refused++;
    else this.indeterminate++;
    const count = this.reasons.get(error);
    if (count !== undefined || this.reasons.size < MOST_REASONS) this.reasons.set(error, (count ?? 0) + 1);
  }

  /** The counts. `open` operations are still in progress, so their outcome is unknown as well. */
  counts(open: number): OperationCounts {
    const { begun, ok, refused, indeterminate } = this;
    return { invoked: begun, ok, failed: refused, indeterminate: indeterminate + open };
  }

  get errors(): Errors {
    return [...this.reasons].sort((one, other) => other[1] - one[1]);
  }
}
