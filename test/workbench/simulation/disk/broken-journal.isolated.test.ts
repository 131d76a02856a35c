import { describe, expect, it, vi } from "vitest";
import type { OpenJournal } from "../../../../src/domain/ports/journal.js";
import type { Fault, Scenario } from "../../../../src/workbench/simulation/scenario.js";
import { simulate } from "../../../../src/workbench/simulation/simulation.js";

/** How the journal is broken. */
let flaw: "none" | "silent" | "forgetful" | "faint-hearted" = "none";

vi.mock("../../../../src/adapters/journal-file/file-journals.js", async (original) => {
  const { FileJournals } = await original<typeof import("../../../../src/adapters/journal-file/file-journals.js")>();
  class BrokenJournals {
    readonly open: OpenJournal;
    constructor(...parts: ConstructorParameters<typeof FileJournals>) {
      const whole = new FileJournals(...parts).open;
      this.open = (member, incarnation) => {
        const opened = whole(member, incarnation);
        if (flaw === "silent") return { ...opened, problems: [] };
        if (flaw === "forgetful") return { ...opened, records: opened.records.slice(1) };
        if (flaw === "faint-hearted") parts[0].clock.schedule(1_000, () => parts[2]?.onLost?.(new Error() as never));
        return opened;
      };
    }
  }
  return { FileJournals: BrokenJournals };
});

const crash: Fault = {
  kind: "crash",
  node: 1,
  from: 8_000,
  until: 9_000,
  returns: true,
  survivors: 0,
  torn: false,
  powerCut: true,
};
const trouble = (name: "unreadable" | "deleted"): Fault => ({
  kind: "disk",
  node: 1,
  trouble: name,
  from: 6_000,
  until: 6_000,
});

function scenarioWith(...faults: Fault[]): Scenario {
  return {
    seed: 1,
    preset: "frugal",
    fanOut: 32,
    journal: true,
    disks: { segmentBytes: 2 ** 24 },
    latency: { kind: "constant", mean: 100 },
    clocks: [0, 1, 2].map((index) => ({ origin: index * 1_000, drift: 0 })),
    starts: [0, 0, 0],
    values: [0, 1, 2].map((value) => ({ value, at: 1_000 * value, node: value })),
    faults,
  };
}

function violationOf(broken: typeof flaw, ...faults: Fault[]): string | undefined {
  flaw = broken;
  return simulate(scenarioWith(...faults), { withoutIdleTime: true }).violation?.invariant;
}

describe("a simulation on disks", () => {
  it("accepts the journal as it is", () => {
    expect(violationOf("none", crash)).toBeUndefined();
    expect(violationOf("none", trouble("unreadable"), crash)).toBeUndefined();
    expect(violationOf("none", { ...trouble("deleted"), until: 12_000 } as Fault)).toBeUndefined();
  });

  it("notices a journal that does not report damage", () => {
    expect(violationOf("silent", trouble("unreadable"), crash)).toBe("unreported");
  });

  it("notices a journal that forgets a record", () => {
    expect(violationOf("forgetful", crash)).toBe("vanished");
  });

  it("notices a journal that gives up without a reason", () => {
    expect(violationOf("faint-hearted", crash)).toBe("gave-up");
  });

  it("notices a journal that does not notice that it was deleted", () => {
    // Too short a time for it.
    expect(violationOf("none", { ...trouble("deleted"), from: 6_500, until: 6_510 } as Fault)).toBe("unreported");
  });
});
