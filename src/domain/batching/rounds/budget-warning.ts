import type { Log } from "../../ports/log.js";

/** Warns the operator once if rounds cannot keep the latency budget. */
export class BudgetWarning {
  private warned = false;

  constructor(private readonly deps: { readonly log: Log }) {}

  /** @param infeasibility the reason, as text; `undefined` while rounds can keep the budget */
  check(infeasibility: string | undefined): void {
    if (infeasibility === undefined || this.warned) return;
    this.warned = true;
    this.deps.log.line(infeasibility);
  }
}
