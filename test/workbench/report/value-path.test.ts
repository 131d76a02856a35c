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
/** The waits of a node, in words. */
const waits = (report: PathSource, node: number) =>
  valuePath(report, 5)
    ?.steps.find((step) => step.node === node)
    ?.waits.map(({ kind, words }) => [kind, words]);

describe("the path of a value", () => {
  it("lists senders and receivers in the order of arrival, with the waits", () => {
    const messages = [
      { ...message, sentAt: 61, endedAt: 161, values: [4, 5, 6] },
      { ...message, from: 1, to: 2, sentAt: 162, endedAt: 262 },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({
      steps: [
        { node: 0, at: 1, waits: [{ kind: "accepted", node: 0, from: 0, to: 1, words: "sent by a client" }] },
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
              words: "held for its round by a for 60 ms, and sent with 2 other values",
            },
            { kind: "wire", node: 1, from: 61, to: 161, words: "100 ms on the wire from a" },
          ],
        },
        {
          node: 2,
          at: 262,
          message: 1,
          waits: [{ words: "passed on at once by b" }, { words: "100 ms on the wire from b" }],
        },
      ],
      missing: [],
      messages: [0, 1],
    });
  });

  it("names the nodes that never got it, and counts redundant and lost messages among those that carried it", () => {
    const messages = [
      message,
      { ...message, sentAt: 5 },
      { ...message, to: 2, lostBy: 0 },
      { ...message, values: [6] },
    ];
    expect(valuePath(source(messages), 5)).toMatchObject({
      missing: [{ node: 2, why: "1 attempt lost to partition, from a" }],
      messages: [0, 1, 2],
    });
    const { endedAt: _, ...open } = message;
    expect(valuePath(source([open]), 5)?.missing).toEqual([
      { node: 1, why: "1 attempt still in flight at the end" },
      { node: 2, why: "no node sent it there" },
    ]);
  });

  it("does not exist for a value that was never broadcast", () => expect(valuePath(source([]), 7)).toBeUndefined());
});

describe("the wait of a value", () => {
  const onWire = ["wire", "100 ms on the wire from a"];

  it("is not a round for nodes that send at once, or for foreign ones", () => {
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

  it("is another attempt if an earlier one was lost to a fault", () => {
    const messages = [
      { ...message, sentAt: 31, endedAt: 131, lostBy: 0 },
      { ...message, sentAt: 431, endedAt: 531 },
    ];
    expect(waits(source(messages), 1)).toEqual([
      ["round", "held for its round by a for 30 ms"],
      ["again", "sent again 400 ms later, after 1 attempt lost to partition"],
      onWire,
    ]);
  });

  it("is explained by a failed attempt to send it elsewhere first", () => {
    const messages = [
      { ...message, to: 2, sentAt: 31, lostBy: 0 },
      { ...message, sentAt: 801, endedAt: 901 },
    ];
    expect(waits(source(messages), 1)?.[0]).toEqual([
      "held",
      "held by a for 800 ms, while it was sent elsewhere: 1 attempt lost to partition",
    ]);
  });

  it("is longer than its round if others got it long before", () => {
    const messages = [
      { ...message, to: 2, sentAt: 31, endedAt: 131 },
      { ...message, sentAt: 2031, endedAt: 2131 },
    ];
    const faults = [{ kind: "partition", from: 10, to: 1900, detail: "b apart from a c" }];
    expect(waits(source(messages, { faults }), 1)).toEqual([
      ["round", "held for its round by a for 30 ms"],
      ["held", "not sent by a to b for another 2000 ms (meanwhile: partition)"],
      onWire,
    ]);
  });

  it("is explained by a node that was down or paused", () => {
    const faults = [{ kind: "pause", from: 20, to: 1500, detail: "a is paused" }];
    const messages = [{ ...message, sentAt: 1601, endedAt: 1701 }];
    expect(waits(source(messages, { faults }), 1)?.[0]).toEqual([
      "held",
      "held by a for 1600 ms (meanwhile: a is paused)",
    ]);
  });

  it("is explained by a digest that showed the gap", () => {
    const digest = { ...message, from: 1, to: 0, type: 1, values: [], sentAt: 500, endedAt: 600 };
    const messages = [digest, { ...message, sentAt: 601, endedAt: 701 }];
    expect(waits(source(messages), 1)?.[0]).toEqual([
      "held",
      "held by a for 600 ms, until a digest showed that b did not have it",
    ]);
  });

  it("is unknown if only a read shows the value", () => {
    const shown = [{ value: 5, node: 1, at: 400 }];
    expect(waits(source([], { shown }), 1)).toEqual([
      ["accepted", "shown by a read, though no known message brought it"],
    ]);
  });
});
