import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";

/** The longest delay that Node's timers know, in ms. */
const LONGEST = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("SystemClock", () => {
  it("waits for as long as it was told, also if that is weeks: Node's own timers would fire at once", () => {
    const runs: string[] = [];
    new SystemClock().schedule(2 * LONGEST + 50, () => runs.push("run"));
    vi.advanceTimersByTime(2 * LONGEST + 49);
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(runs).toEqual(["run"]);
  });

  it("runs nothing that was cancelled, however late", () => {
    const runs: string[] = [];
    const cancel = new SystemClock().schedule(LONGEST + 50, () => runs.push("run"));
    vi.advanceTimersByTime(LONGEST + 10);
    cancel();
    vi.advanceTimersByTime(100);
    expect(runs).toEqual([]);
  });
});
