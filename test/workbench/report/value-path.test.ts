import { describe, expect, it } from "vitest";
import type { RecordedMessage } from "../../../src/workbench/report/data/run-report.js";
import { type PathSource, valuePath } from "../../../src/workbench/report/data/value-path.js";

const message: RecordedMessage = { from: 0, to: 1, type: 0, sentAt: 0, endedAt: 100, values: [5], up: false, bytes: 0 };
const value = { value: 5, node: 0, invokedAt: 0, receivedAt: 10, fate: "stable", missedBy: [] } as const;
const source = (messages: readonly RecordedMessage[]): PathSource => ({
  nodes: ["a", "b", "c"],
  causes: ["partition"],
  values: [value],
  shown: [],
  messages,
});

describe("the path of a value", () => {
  it("tells who got it from whom, in the order of arrival, and what it waited for", () => {
    const messages = [
      { ...message, sentAt: 60, endedAt: 160, values: [4, 5, 6] },
      { ...message, from: 1, to: 2, sentAt: 160, endedAt: 260 },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({
      steps: [
        { node: 0, at: 10, wait: "given by a client, or only shown in a read" },
        { node: 1, at: 160, message: 0, wait: "held by a for 50 ms, to travel with 2 more; 100 ms on the wire from a" },
        { node: 2, at: 260, message: 1, wait: "sent on at once by b; 100 ms on the wire from b" },
      ],
      missing: [],
      messages: [0, 1],
    });
  });

  it("tells what was sent again, and which fault had taken it before", () => {
    const messages = [
      { ...message, sentAt: 30, endedAt: 130, lostBy: 0 },
      { ...message, sentAt: 430, endedAt: 530 },
    ];
    const step = valuePath(source(messages), 5)?.steps[1];
    expect(step?.wait).toBe(
      "held by a for 20 ms; sent again 400 ms later, after 1 sending lost by partition; 100 ms on the wire from a",
    );
  });

  it("names the nodes that never got it, and counts needless and lost messages among those that carried it", () => {
    const messages = [
      message,
      { ...message, sentAt: 5 },
      { ...message, to: 2, lostBy: 0 },
      { ...message, values: [6] },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({ missing: [2], messages: [0, 1, 2] });
  });

  it("is none of a value that was never broadcast", () => expect(valuePath(source([]), 7)).toBeUndefined());
});
