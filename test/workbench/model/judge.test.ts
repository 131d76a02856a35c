import { describe, expect, it } from "vitest";
import type { CompleteEvent, EndEvent, InvokeEvent } from "../../../src/workbench/model/history.js";
import { decodeEvent, encodeEvent } from "../../../src/workbench/model/history-lines.js";
import { Judge } from "../../../src/workbench/model/judge.js";
import type { Stall } from "../../../src/workbench/model/lateness.js";
import { DEFAULT_SETTINGS, type Limits } from "../../../src/workbench/model/settings.js";

const quiet = { count: 0, p50: 0, p99: 0, max: 0 };

function end(serverMessages = 0, stalls: Stall[] = [], cutShort?: string): EndEvent {
  return {
    type: "end",
    time: 1000,
    ...(cutShort === undefined ? {} : { cutShort }),
    traffic: {
      servers: { count: serverMessages, bytes: 0, dropped: 0, duplicated: 0, byType: {} },
      clients: { count: 99, bytes: 0 },
    },
    lateness: { deliveries: quiet, eventLoop: quiet, stalls },
  };
}

function judgeWith(limits: Limits = {}, nodeIds = ["n1", "n2"]): Judge {
  return new Judge({ type: "start", version: 1, settings: { ...DEFAULT_SETTINGS, nodeIds, timeLimit: 1000 }, limits });
}

/** The final reads, all of which show these values. */
function readFinally(judge: Judge, values: unknown[], nodes = ["n1", "n2"], at = 500): void {
  for (const node of nodes) read(judge, at, values, { final: true, node });
}

function broadcast(judge: Judge, value: number, from: number, to: number, type: CompleteEvent["type"] = "ok"): void {
  const operation = { process: 0, node: "n1", operation: "broadcast" } as const;
  judge.add({ type: "invoke", time: from, ...operation, value });
  judge.add({ type, time: to, ...operation });
}

function read(judge: Judge, from: number, values: unknown[], extra: Partial<InvokeEvent> = {}): void {
  const operation = { process: 1, node: extra.node ?? "n2", operation: "read" } as const;
  judge.add({ type: "invoke", time: from, ...operation, ...extra });
  judge.add({ type: "ok", time: from, ...operation, values, line: 7 });
}

describe("messages per operation", () => {
  it("are messages between nodes per broadcast and read, final reads included, without client traffic", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    read(judge, 2, [0]);
    read(judge, 3, [0], { final: true });
    const result = judge.finish(end(12));
    expect(result.messagesPerOperation).toBe(4);
    expect(result.messagesPerBroadcast).toBe(12);
    expect(result.operations.invoked).toBe(3);
  });

  it("count failed operations, too", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1, "fail");
    broadcast(judge, 1, 0, 1, "info");
    expect(judge.finish(end(12)).messagesPerOperation).toBe(6);
  });
});

describe("a value that a node lacks at the end", () => {
  it("fails the run and names the node, though a later read shows the value", () => {
    const judge = judgeWith({}, ["n1", "n2", "n3"]);
    broadcast(judge, 0, 0, 1);
    broadcast(judge, 1, 0, 1);
    read(judge, 10, [0, 1], { final: true, node: "n1" });
    read(judge, 10, [0], { final: true, node: "n2" });
    read(judge, 10, [0, 1], { final: true, node: "n3" });
    const result = judge.finish(end(4));
    expect(result).toMatchObject({ verdict: "failed", lostCount: 0, missingCount: 1 });
    expect(result.reasons).toEqual([{ kind: "missing", text: "1 value was missing at the end on n2" }]);
    expect(result.values.map(({ missingOn }) => missingOn)).toEqual([undefined, [1]]);
  });

  it("counts as lost, not as missing, if no later read showed it", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    broadcast(judge, 1, 0, 1);
    read(judge, 10, [0], { final: true });
    expect(judge.finish(end(4))).toMatchObject({ lostCount: 1, missingCount: 0 });
  });

  it("does not matter if the read was not a final one", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    read(judge, 10, []);
    readFinally(judge, [0]);
    expect(judge.finish(end(4))).toMatchObject({ verdict: "passed", missingCount: 0 });
  });
});

it("the achieved rate excludes the final reads", () => {
  const judge = judgeWith();
  broadcast(judge, 0, 0, 1);
  read(judge, 900, [0], { final: true });
  expect(judge.finish(end()).rate.achieved).toBe(1);
});

describe("a run passes", () => {
  it("when nothing is lost and every limit is kept", () => {
    const judge = judgeWith({ messagesPerOperation: 6, medianLatency: 10, maxLatency: 10 });
    broadcast(judge, 0, 0, 1);
    read(judge, 10, []);
    readFinally(judge, [0]);
    expect(judge.finish(end(20))).toMatchObject({ verdict: "passed", reasons: [], latencies: { "1": 9 } });
  });
});

describe("a run fails", () => {
  it("when a value is lost", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    broadcast(judge, 1, 2, 3);
    read(judge, 10, [0]);
    const result = judge.finish(end());
    expect(result).toMatchObject({ verdict: "failed", lostCount: 1, lost: [1] });
    expect(result.reasons[0]?.text).toBe("1 value was lost");
  });

  it("when a limit is reached exactly", () => {
    const judge = judgeWith({ messagesPerOperation: 5 });
    broadcast(judge, 0, 0, 1);
    read(judge, 10, [0]);
    expect(judge.finish(end(10)).verdict).toBe("failed");
  });

  it("when a read shows a value twice or one that no client broadcast, with node and line", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    read(judge, 10, [0, 0, "x"]);
    const { verdict, violations } = judge.finish(end());
    expect(verdict).toBe("failed");
    expect(violations.map(({ rule, node, line }) => ({ rule, node, line }))).toEqual([
      { rule: "value-twice", node: "n2", line: 7 },
      { rule: "value-invented", node: "n2", line: 7 },
    ]);
  });

  it("when it was cut short", () => {
    const judge = judgeWith();
    broadcast(judge, 0, 0, 1);
    read(judge, 10, [0]);
    expect(judge.finish(end(0, [], "n3 exited")).verdict).toBe("failed");
  });
});

describe("a run is not judged", () => {
  it("when nothing was broadcast", () => {
    const judge = judgeWith();
    readFinally(judge, []);
    const { verdict, reasons } = judge.finish(end());
    expect(verdict).toBe("disturbed");
    expect(reasons.map(({ kind }) => kind)).toEqual(["unknown"]);
  });

  it("when only the bench's own stalls broke the latency limit", () => {
    const judge = judgeWith({ maxLatency: 100 });
    broadcast(judge, 0, 0, 1);
    read(judge, 121, []);
    readFinally(judge, [0]);
    const { verdict, reasons } = judge.finish(end(0, [[50, 75]]));
    expect(verdict).toBe("disturbed");
    expect(reasons[0]?.text).toContain("120 ms is not under 100 ms");
  });

  it("but fails when the stalls are too short, or at another time", () => {
    for (const stall of [
      [50, 60],
      [130, 200],
    ] as const) {
      const judge = judgeWith({ maxLatency: 100 });
      broadcast(judge, 0, 0, 1);
      read(judge, 121, []);
      read(judge, 150, [0]);
      expect(judge.finish(end(0, [stall])).verdict).toBe("failed");
    }
  });

  it("but fails when a value was also lost", () => {
    const judge = judgeWith({ maxLatency: 100 });
    broadcast(judge, 0, 0, 1);
    broadcast(judge, 1, 0, 1);
    read(judge, 121, []);
    read(judge, 150, [0]);
    expect(judge.finish(end(0, [[50, 75]])).verdict).toBe("failed");
  });
});

it("operations in progress at the end are indeterminate", () => {
  const judge = judgeWith();
  judge.add({ type: "invoke", time: 0, process: 0, node: "n1", operation: "broadcast", value: 0 });
  expect(judge.finish(end()).operations).toMatchObject({ invoked: 1, indeterminate: 1 });
});

describe("an inconsistent history is rejected", () => {
  it("a completion without an invocation", () => {
    const event = { type: "ok", time: 0, process: 0, node: "n1", operation: "read", values: [] } as const;
    expect(() => judgeWith().add(event)).toThrow(RangeError);
  });

  it("a gap in the values", () => {
    const event = { type: "invoke", time: 0, process: 0, node: "n1", operation: "broadcast", value: 5 } as const;
    expect(() => judgeWith().add(event)).toThrow(RangeError);
  });
});

describe("a line of a history file", () => {
  it("restores every value of a read, including repeated and strange ones", () => {
    const values = [3, 1, 2, 9, 2, "x", null, 0.5];
    const event = { type: "ok", time: 1, process: 0, node: "n1", operation: "read", values } as const;
    const decoded = decodeEvent(encodeEvent(event)) as CompleteEvent;
    const text = (list: readonly unknown[] = []) => list.map((value) => JSON.stringify(value)).sort();
    expect(text(decoded.values)).toEqual(text(values));
  });

  it("stays short for a long read", () => {
    const values = Array.from({ length: 10_000 }, (_, value) => value);
    const event = { type: "ok", time: 1, process: 0, node: "n1", operation: "read", values } as const;
    expect(encodeEvent(event).length).toBeLessThan(150);
  });

  it("is rejected when it is invalid", () => {
    for (const line of ["", "{", "[]", "null", '{"type":"party"}'])
      expect(() => decodeEvent(line)).toThrow(SyntaxError);
  });
});
