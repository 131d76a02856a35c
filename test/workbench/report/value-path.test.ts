import { describe, expect, it } from "vitest";
import type { RecordedMessage } from "../../../src/workbench/report/data/run-report.js";
import { type PathSource, valuePath } from "../../../src/workbench/report/data/value-path.js";

const message: RecordedMessage = { from: 0, to: 1, type: 0, sentAt: 0, endedAt: 100, values: [5], up: false, bytes: 0 };
const value = { value: 5, node: 0, invokedAt: 0, receivedAt: 1, fate: "stable", missedBy: [] } as const;
const source = (messages: readonly RecordedMessage[], rest: Partial<PathSource> = {}): PathSource => ({
  nodes: ["a", "b", "c"],
  types: ["gossip", "digest"],
  causes: ["partition"],
  faults: [],
  values: [value],
  shown: [],
  mode: "rounds",
  messages,
  ...rest,
});
/** What a node waited for, in words. */
const waits = (report: PathSource, node: number) =>
  valuePath(report, 5)
    ?.steps.find((step) => step.node === node)
    ?.waits.map(({ kind, words }) => [kind, words]);

describe("the path of a value", () => {
  it("tells who got it from whom, in the order of arrival, and what it waited for", () => {
    const messages = [
      { ...message, sentAt: 61, endedAt: 161, values: [4, 5, 6] },
      { ...message, from: 1, to: 2, sentAt: 162, endedAt: 262 },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({
      steps: [
        { node: 0, at: 1, waits: [{ kind: "accepted", node: 0, from: 0, to: 1, words: "given by a client" }] },
        {
          node: 1,
          at: 161,
          message: 0,
          waits: [
            {
              kind: "round",
              node: 0,
              from: 1,
              to: 61,
              words: "held for its round by a for 60 ms, and left with 2 other values",
            },
            { kind: "wire", node: 1, from: 61, to: 161, words: "100 ms on the wire from a" },
          ],
        },
        {
          node: 2,
          at: 262,
          message: 1,
          waits: [{ words: "sent on at once by b" }, { words: "100 ms on the wire from b" }],
        },
      ],
      missing: [],
      messages: [0, 1],
    });
  });

  it("names the nodes that never got it, and counts needless and lost messages among those that carried it", () => {
    const messages = [
      message,
      { ...message, sentAt: 5 },
      { ...message, to: 2, lostBy: 0 },
      { ...message, values: [6] },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({
      missing: [{ node: 2, why: "1 sending lost by partition, from a" }],
      messages: [0, 1, 2],
    });
    const { endedAt: _, ...open } = message;
    expect(valuePath(source([open]), 5)?.missing).toEqual([
      { node: 1, why: "1 sending still on the way at the end" },
      { node: 2, why: "nobody sent it there" },
    ]);
  });

  it("is none of a value that was never broadcast", () => expect(valuePath(source([]), 7)).toBeUndefined());
});

describe("what a value waited for", () => {
  const onWire = ["wire", "100 ms on the wire from a"];

  it("is no round of nodes that send at once, or are not ours", () => {
    const messages = [{ ...message, sentAt: 61, endedAt: 161 }];
    for (const mode of ["eager", undefined] as const)
      expect(waits(source(messages, { mode } as Partial<PathSource>), 1)).toEqual([
        ["held", "held by a for 60 ms"],
        onWire,
      ]);
    expect(waits(source(messages, { mode: "window" }), 1)).toEqual([
      ["round", "held for its round by a for 60 ms"],
      onWire,
    ]);
  });

  it("is another attempt if what was sent before was lost, by the fault that is named", () => {
    const messages = [
      { ...message, sentAt: 31, endedAt: 131, lostBy: 0 },
      { ...message, sentAt: 431, endedAt: 531 },
    ];
    expect(waits(source(messages), 1)).toEqual([
      ["round", "held for its round by a for 30 ms"],
      ["again", "sent again 400 ms later, after 1 sending lost by partition"],
      onWire,
    ]);
  });

  it("is what came of sending it to somebody else first, who never got it", () => {
    const messages = [
      { ...message, to: 2, sentAt: 31, lostBy: 0 },
      { ...message, sentAt: 801, endedAt: 901 },
    ];
    expect(waits(source(messages), 1)?.[0]).toEqual([
      "held",
      "held by a for 800 ms, in which it was sent elsewhere: 1 sending lost by partition",
    ]);
  });

  it("is more than its round if others were sent it long before", () => {
    const messages = [
      { ...message, to: 2, sentAt: 31, endedAt: 131 },
      { ...message, sentAt: 2031, endedAt: 2131 },
    ];
    const faults = [{ kind: "partition", from: 10, to: 1900, detail: "b apart from a c" }];
    expect(waits(source(messages, { faults }), 1)).toEqual([
      ["round", "held for its round by a for 30 ms"],
      ["held", "not sent to b by a for another 2000 ms (meanwhile: partition)"],
      onWire,
    ]);
  });

  it("is that the node which had it was down or stood still", () => {
    const faults = [{ kind: "pause", from: 20, to: 1500, detail: "a stands still" }];
    const messages = [{ ...message, sentAt: 1601, endedAt: 1701 }];
    expect(waits(source(messages, { faults }), 1)?.[0]).toEqual([
      "held",
      "held by a for 1600 ms (meanwhile a stands still)",
    ]);
  });

  it("is that nobody knew that it was lacking, until a digest said so", () => {
    const digest = { ...message, from: 1, to: 0, type: 1, values: [], sentAt: 500, endedAt: 600 };
    const messages = [digest, { ...message, sentAt: 601, endedAt: 701 }];
    expect(waits(source(messages), 1)?.[0]).toEqual([
      "held",
      "held by a for 600 ms, until a digest showed that b lacked it",
    ]);
  });

  it("is nothing that we know of where only a read tells", () => {
    const shown = [{ value: 5, node: 1, at: 400 }];
    expect(waits(source([], { shown }), 1)).toEqual([
      ["accepted", "shown in a read: no message that we know of brought it"],
    ]);
  });
});
