import type { Log, LogEvent } from "../../ports/log.js";

/** Warns the operator once if rounds cannot keep the latency budget. */
export class BudgetWarning {
  private warned = false;

  constructor(private readonly deps: { readonly log: Log }) {}

  /** @param infeasibility the event for the log; `undefined` while rounds can keep the budget */
  check(infeasibility: LogEvent | undefined): void {
    if (infeasibility === undefined || this.warned) return;
    this.warned = true;
    this.deps.log.event(infeasibility);
  }
}
