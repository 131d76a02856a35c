import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { star } from "../../fixtures/nodes/behaviours.js";
import { runVirtually } from "../support/virtual-bench.js";

it("10,000 values at 1,000 operations/s fit in 1 GB", () => {
  const settings = { ...DEFAULT_SETTINGS, nodeIds: numberedNodes(5), rate: 1000, timeLimit: 21_000, latency: 1 };
  let peak = 0;
  let reads = 0;
  const listener = {
    event: () => {
      if (reads++ % 1000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
    },
  };
  const result = runVirtually({ settings, behaviour: star, listener });
  expect(result.verdict).toBe("passed");
  expect(result.operations.broadcasts.invoked).toBeGreaterThan(10_000);
  expect(peak).toBeLessThan(2 ** 30);
});
