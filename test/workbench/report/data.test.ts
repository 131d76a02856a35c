import { describe, expect, it } from "vitest";
import { packReport, unpackReport } from "../../../src/workbench/report/data/columns.js";
import { busiestTree, linksOf, rootsOf, treeOf } from "../../../src/workbench/report/data/links.js";
import type { RecordedMessage, RunReport } from "../../../src/workbench/report/data/run-report.js";
import { spreadsOf } from "../../../src/workbench/report/data/spread.js";

const message: RecordedMessage = { from: 0, to: 1, type: 0, sentAt: 0, endedAt: 100, values: [], up: false, bytes: 0 };
const up = (from: number, to: number, sentAt: number): RecordedMessage => {
  return { ...message, from, to, sentAt, endedAt: sentAt, up: true };
};

describe("a packed report", () => {
  it("is the same report, to the microsecond, when it is unpacked", () => {
    const { endedAt: _, ...underWay } = message;
    const messages: RecordedMessage[] = [
      { ...message, sentAt: -3.25, endedAt: 96.751, values: [5, 3, 900], bytes: 77 },
      { ...message, from: 2, sentAt: 0.001, endedAt: 0.002, lostBy: 1, up: true },
      { ...underWay, sentAt: 12_345.678, values: [1] },
    ];
    const report = { kind: "run", title: "any", messages } as unknown as RunReport;
    expect(unpackReport(JSON.parse(JSON.stringify(packReport(report))))).toEqual(report);
  });
});

describe("the spread of a value", () => {
  const value = { value: 5, node: 0, invokedAt: 10, receivedAt: 12, fate: "stable", missedBy: [] } as const;

  it("counts the first arrival at each node, and no dropped message", () => {
    const messages = [
      { ...message, values: [5], sentAt: 20, endedAt: 140 },
      { ...message, values: [5], sentAt: 30, endedAt: 130 },
      { ...message, to: 2, values: [5], lostBy: 0 },
    ];
    expect(spreadsOf({ values: [value], messages, shown: [] })[0]?.learned).toEqual([
      { node: 0, at: 12 },
      { node: 1, at: 130, message: 1 },
    ]);
  });

  it("includes a node that shows it without a known message", () => {
    const shown = [{ value: 5, node: 2, at: 400 }];
    expect(spreadsOf({ values: [value], messages: [], shown })[0]?.learned).toEqual([
      { node: 0, at: 12 },
      { node: 2, at: 400 },
    ]);
  });
});

describe("the links of a run", () => {
  it("count both directions, the busiest first", () => {
    const messages = [message, { ...message, from: 1, to: 0 }, { ...message, from: 2, to: 1 }];
    expect(linksOf({ nodes: ["a", "b", "c"], messages })).toEqual([
      { one: 0, other: 1, there: 1, back: 1 },
      { one: 1, other: 2, there: 0, back: 1 },
    ]);
  });

  it("show the tree, and the root: the node that receives upward messages and sends none", () => {
    const rounds = [0, 2000, 4000, 6000];
    const messages = rounds.flatMap((at) => [up(3, 1, at), up(1, 0, at + 500), up(2, 0, at + 500)]);
    const report = { nodes: ["a", "b", "c", "d"], messages, faults: [] };
    expect(rootsOf(report)).toEqual([{ node: 0, from: 500, to: 6500 }]);
    expect(treeOf(report)).toEqual({ root: 0, parents: [undefined, 0, 0, 1] });
  });

  it("show that another node became the root after a crash", () => {
    const before = [0, 2000, 4000].flatMap((at) => [up(1, 0, at), up(2, 0, at)]);
    const after = [9000, 11_000, 13_000].map((at) => up(2, 1, at));
    expect(rootsOf({ nodes: ["a", "b", "c"], messages: [...before, ...after], faults: [] })).toEqual([
      { node: 0, from: 0, to: 4000 },
      { node: 1, from: 9000, to: 13_000 },
    ]);
  });

  it("show no root while it was down, and make no node a root because of messages that never arrived", () => {
    const messages = [0, 2000, 8000, 10_000].map((at) => up(1, 0, at));
    const lost = [4000, 6000].map((at) => ({ ...up(1, 0, at), lostBy: 0 }));
    const faults = [{ kind: "kill", from: 3000, to: 7000, detail: "a is killed" }];
    expect(rootsOf({ nodes: ["a", "b"], messages: [...messages, ...lost], faults })).toEqual([
      { node: 0, from: 0, to: 2000 },
      { node: 0, from: 8000, to: 10_000 },
    ]);
  });

  it("show no tree for nodes without upward messages", () => {
    expect(treeOf({ nodes: ["a", "b"], messages: [message], faults: [] })).toBeUndefined();
  });

  it("are a tree of the busiest ones without upward messages, unless those carried few of the messages", () => {
    const between = (from: number, to: number, times: number) =>
      Array.from({ length: times }, (): RecordedMessage => ({ ...message, from, to }));
    const star = [...between(1, 0, 9), ...between(1, 2, 8), ...between(3, 1, 7), ...between(2, 3, 6)];
    const report = { nodes: ["a", "b", "c", "d"], messages: star };
    expect(busiestTree(report)).toEqual({ root: 1, parents: [1, undefined, 1, 1] });
    const pairs = [0, 1, 2, 3].flatMap((one) =>
      [0, 1, 2, 3].filter((other) => other > one).map((other) => [one, other]),
    );
    const mesh = pairs.flatMap(([one = 0, other = 0]) => between(one, other, 5));
    expect(busiestTree({ ...report, messages: mesh })).toBeUndefined();
    expect(busiestTree({ ...report, messages: between(0, 1, 5) })).toBeUndefined();
  });
});
