import { describe, expect, it, vi } from "vitest";
import { nextIncarnation } from "../../../src/adapters/system-clock/incarnations.js";

describe("incarnations", () => {
  it("differ, and grow, within one millisecond of one process", () => {
    const now = Date.now() + 1e9;
    const given = Array.from({ length: 5000 }, () => nextIncarnation(now));
    expect(new Set(given).size).toBe(5000);
    expect(given).toEqual([...given].sort((one, other) => one - other));
  });

  it("grow with the time of day, for any random number, and even if the clock is set back", () => {
    const now = Date.now() + 2e9;
    const [earlier, later] = [nextIncarnation(now, 0.999), nextIncarnation(now + 1, 0)];
    expect(later).toBeGreaterThan(earlier);
    expect(nextIncarnation(now - 3_600_000)).toBeGreaterThan(later);
  });

  it("differ randomly if two processes start in the same millisecond", async () => {
    // A process of its own: other tests of this one may have used later incarnations.
    vi.resetModules();
    const process = await import("../../../src/adapters/system-clock/incarnations.js");
    const now = Date.now();
    expect(process.nextIncarnation(now, 0.25) - now * 1024).toBe(256);
    expect(Number.isSafeInteger(process.nextIncarnation(Date.UTC(2247, 0), 0.999))).toBe(true);
  });
});
