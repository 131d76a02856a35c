import { describe, expect, it } from "vitest";
import { faultStretches } from "../../../../src/workbench/model/faults/fault-stretches.js";
import type { FaultEvent } from "../../../../src/workbench/model/history.js";

const event = (fault: FaultEvent["fault"], time: number, action: "start" | "stop"): FaultEvent => ({
  type: "fault",
  time,
  fault,
  action,
  detail: action === "start" ? "n0 apart" : "healed",
});

describe("the stretches of the faults", () => {
  it("go from start to stop, each fault on its own, or have no end", () => {
    const events = [
      event("partition", 5, "start"),
      event("loss", 6, "start"),
      event("partition", 9, "stop"),
      event("loss", 12, "stop"),
      event("partition", 20, "start"),
    ];
    expect(faultStretches(events)).toEqual([
      { fault: "partition", from: 5, to: 9, detail: "n0 apart" },
      { fault: "loss", from: 6, to: 12, detail: "n0 apart" },
      { fault: "partition", from: 20, to: undefined, detail: "n0 apart" },
    ]);
  });

  it("need a start: a stop alone is ignored", () => {
    expect(faultStretches([event("partition", 5, "stop")])).toEqual([]);
  });
});
