import { describe, expect, it } from "vitest";
import { describeMessage } from "../../src/report-page/flow/message-words.js";
import type { RecordedMessage } from "../../src/workbench/report/data/run-report.js";

const names = { nodes: ["a", "b"], types: ["gossip"], causes: ["partition"] };
const message: RecordedMessage = {
  ...{ from: 0, to: 1, type: 0, sentAt: 1500, endedAt: 1600 },
  ...{ values: [4, 5], up: false, bytes: 120 },
};

describe("the description of a message", () => {
  it("has its type and nodes, its times, and its values", () =>
    expect(describeMessage(message, names)).toEqual([
      "gossip, a → b",
      "sent at 1.500 s, arrived at 1.600 s, after 100 ms",
      "carries 2 values: 4, 5 (120 bytes)",
    ]));

  it("has the cause of its loss, or says that it was in flight at the end", () => {
    const { endedAt: _, ...open } = message;
    expect(describeMessage({ ...message, lostBy: 0 }, names)[1]).toBe("sent at 1.500 s, lost at 1.600 s: partition");
    expect(describeMessage(open, names)[1]).toBe("sent at 1.500 s, still in flight at the end");
  });

  it("lists the first values of many, and says if there are none", () => {
    expect(describeMessage({ ...message, values: [1, 2, 3, 4, 5, 6, 7, 8], bytes: 0 }, names)[2]).toBe(
      "carries 8 values: 1, 2, 3, 4, 5, 6, and 2 more",
    );
    expect(describeMessage({ ...message, values: [], bytes: 0 }, names)[2]).toBe("carries no values");
  });
});
