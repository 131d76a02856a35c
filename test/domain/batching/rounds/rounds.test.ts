import { describe, expect, it } from "vitest";
import { BudgetWarning } from "../../../../src/domain/batching/rounds/budget-warning.js";
import { NO_ROUNDS } from "../../../../src/domain/batching/rounds/rounds.js";
import { budgetInfeasible } from "../../../../src/domain/log/events.js";
import type { LogEvent } from "../../../../src/domain/ports/log.js";

describe("a mode without rounds", () => {
  it("delays no downcast, and keeps every budget", () => {
    const schedule = { round: 1, next: 100, upcastBy: 100, period: 100 };
    expect(NO_ROUNDS.scheduleReceived("n0", schedule)).toBe(0);
    expect(NO_ROUNDS.infeasibility()).toBeUndefined();
  });
});

describe("BudgetWarning", () => {
  it("warns once if rounds cannot keep the budget", () => {
    const events: LogEvent[] = [];
    const warning = new BudgetWarning({ log: { event: (event) => events.push(event) } });
    warning.check(undefined);
    expect(events).toEqual([]);
    const infeasible = budgetInfeasible({ median: 50, max: 100, roundTrip: 200, height: 1, travelTime: 240 });
    for (const event of [infeasible, undefined, infeasible]) warning.check(event);
    expect(events).toEqual([infeasible]);
  });
});
