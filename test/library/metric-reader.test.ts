import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { registerMetrics } from "../../src/library/metrics.js";

it("a scrape reads the metrics of the node once, and the next one reads them again", async () => {
  let reads = 0;
  const metrics = () => {
    reads++;
    const samples = [{ labels: {}, value: reads }];
    return ["one", "two", "three"].map((name) => ({ name, help: name, type: "gauge" as const, samples }));
  };
  const registry = new Registry();
  registerMetrics({ id: "a", metrics }, registry);
  const before = reads;
  expect(await registry.metrics()).toContain(`three{node="a"} ${before + 1}\n`);
  expect(await registry.metrics()).toContain(`three{node="a"} ${before + 2}\n`);
  expect(reads).toBe(before + 2);
});
