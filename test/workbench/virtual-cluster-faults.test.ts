import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { DEFAULT_FAULT_SETTINGS } from "../../src/workbench/model/faults/fault-settings.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../src/workbench/model/settings.js";
import { runVirtualBench } from "../../src/workbench/virtual-cluster/run-virtual-bench.js";

const settings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(9),
  timeLimit: 20_000,
  rate: 40,
  latency: 50,
  faultInterval: 6000,
};
const node = resolveSettings();

describe("virtual nodes", () => {
  it("that are killed in turn lose nothing with journals", () => {
    const faulty = {
      ...settings,
      faults: ["kill"] as const,
      faultSettings: { ...DEFAULT_FAULT_SETTINGS, gaps: "even" as const, victim: "root" },
    };
    const kept = runVirtualBench({ settings: faulty, limits: {}, node, withJournals: true });
    expect(kept).toMatchObject({ verdict: "passed", lostCount: 0 });
    expect(kept.faults.filter(({ action }) => action === "start")).toHaveLength(4);
    expect(kept.operations.indeterminate).toBeGreaterThan(0);
  });

  it("say nothing while they stand still, and lose nothing", () => {
    const faulty = { ...settings, faults: ["pause"] as const };
    const result = runVirtualBench({ settings: faulty, limits: {}, node });
    expect(result).toMatchObject({ verdict: "passed", lostCount: 0 });
    expect(result.faults.length).toBeGreaterThan(2);
  });
});
