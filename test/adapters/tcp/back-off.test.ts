import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { BackOff } from "../../../src/adapters/tcp/back-off.js";

describe("BackOff", () => {
  it("doubles its pauses up to the longest, and starts again after a success", () => {
    const backOff = new BackOff({ next: () => 0.5 }, 100, 1000);
    expect(Array.from({ length: 6 }, () => backOff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
    backOff.reset();
    expect(backOff.next()).toBe(100);
  });

  it("varies each pause by half, so that nodes that failed together do not come back together", () => {
    const backOff = new BackOff(new SeededRandom(1), 100, 100);
    const pauses = Array.from({ length: 1000 }, () => backOff.next());
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...pauses)).toBeLessThan(150);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(95);
  });

  it("stays finite after thousands of failures", () => {
    const backOff = new BackOff({ next: () => 0.5 }, 100, 1000);
    for (let failure = 0; failure < 5000; failure++) backOff.next();
    expect(backOff.next()).toBe(1000);
  });
});
