import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { DEFAULT_FAULT_SETTINGS, type FaultName } from "../../src/workbench/model/faults/fault-settings.js";
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
  it("lose nothing with journals when they are killed in turn", () => {
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

  it("send nothing while they are paused, and lose nothing", () => {
    const faulty = { ...settings, faults: ["pause"] as const };
    const result = runVirtualBench({ settings: faulty, limits: {}, node });
    expect(result).toMatchObject({ verdict: "passed", lostCount: 0 });
    expect(result.faults.length).toBeGreaterThan(2);
  });
});

/** Messages of challenge 3e's load, in 20 s; those of the second fault, which begins at 10 s, and of the 2 s before it, are told apart. */
function traffic(preset: "frugal" | "default", faults: readonly FaultName[]) {
  let [before, during] = [0, 0];
  let began = 0;
  const result = runVirtualBench({
    settings: {
      ...settings,
      nodeIds: numberedNodes(25),
      rate: 100,
      latency: 100,
      faults,
      faultInterval: 10_000,
      faultSettings: { ...DEFAULT_FAULT_SETTINGS, gaps: "even", victim: "root", downtime: 6000 },
    },
    limits: {},
    node: resolveSettings({ preset }),
    withJournals: true,
    listener: {
      messages: {
        workloadBegan: (at) => {
          began = at;
        },
        sent: (at) => {
          if (at - began < 8000) before++;
          else during++;
        },
        delivered: () => {},
        lost: () => {},
      },
    },
  });
  return { result, before, during };
}

describe.each(["frugal", "default"] as const)("a root that is killed for 6 s, with the preset %s", (preset) => {
  it("costs at most half as many messages again, and no value", () => {
    const calm = traffic(preset, []);
    const disturbed = traffic(preset, ["kill"]);
    expect(disturbed.result.lostCount).toBe(0);
    expect(calm.before + disturbed.during).toBeLessThan(1.5 * (calm.before + calm.during));
  });
});
