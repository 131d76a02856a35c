import { describe, expect, it } from "vitest";
import { lastInRounds, onPaper } from "./on-paper.js";
import { sectionsOf } from "./page.js";
import type { ScaleRun } from "./scale-run.js";

const RUN: ScaleRun = {
  preset: "frugal",
  members: 1000,
  height: 2,
  period: 1370,
  messagesPerOperation: 8.7,
  expectedMessages: 9.2,
  latency: { median: 1137, max: 1788 },
  expectedLatency: { median: 1105, max: 1790 },
  bytesPerOperation: 5070,
  load: { root: 31, busiestOther: 32, mean: 1.8 },
  cpuSeconds: 15,
  megabytes: 424,
  seconds: 30,
  lost: 0,
  incomplete: 0,
  node: "v20",
};
const textOf = (run: ScaleRun) =>
  Object.values(sectionsOf({ runs: [run], paper: [onPaper("frugal", 25)], lastInRounds: 33 })).join("\n");

describe("docs/scale.md", () => {
  it("says that a run reached its targets", () => {
    expect(textOf(RUN)).toContain("- 1,000 nodes: all targets reached, no value lost.");
  });

  it.each([
    [{ messagesPerOperation: 10.7 }, "the deviation exceeds 15 %"],
    [{ messagesPerOperation: 7.7 }, "the deviation exceeds 15 %"],
    [{ height: 4 }, "the height is 4"],
    [{ load: { ...RUN.load, busiestOther: 201 } }, "a node has more than 200 messages/s"],
    [{ lost: 3 }, "3 values were lost"],
    [{ incomplete: 3 }, "3 values took longer than the count lasted"],
  ])("names the target that a run misses: %o", (change, miss) => {
    expect(textOf({ ...RUN, ...change })).toContain(`- 1,000 nodes: ${miss}.`);
  });

  it("finds the size from which the default sends at once", () => {
    const last = lastInRounds("default", 1000) as number;
    expect([onPaper("default", last).period === null, onPaper("default", last + 1).period]).toEqual([false, null]);
    expect(lastInRounds("frugal", 1000)).toBeUndefined();
  });

  it("bounds the load of the busiest node by its neighbours in the tree", () => {
    // A root with 24 children, and two messages with each in a period of 1.78 s.
    expect(onPaper("frugal", 25).busiest).toBeCloseTo(48 / 1.78, 2);
  });
});
