import { describe, expect, it } from "vitest";
import { consoleLog, createNode, type LogOption, type LogRecord } from "../../../src/library/index.js";
import { FakeClock, MemoryNetwork, SeededRandom } from "../../../src/library/testing.js";

/** A node that logs one event: a stranger sends it a message. */
async function nodeWith(log: LogOption) {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, () => 1);
  const random = new SeededRandom(1);
  const node = await createNode({ id: "a", members: ["a"], transport: network.attach("a"), clock, random, log });
  network.attach("x").send("a", {});
  clock.advance(10);
  return node;
}

const TEXT = "dropped a message from x: it is not in this node's member list";

describe("the option log", () => {
  it("takes an object that receives lines", async () => {
    const lines: string[] = [];
    const node = await nodeWith({ line: (text) => lines.push(text) });
    expect(lines).toEqual([TEXT]);
    await node.close();
  });

  it("takes a function that receives events with level, code, fields, text and time", async () => {
    const records: LogRecord[] = [];
    const before = Date.now();
    const node = await nodeWith((record) => records.push(record));
    expect(records).toEqual([
      { level: "warn", code: "sender-unknown", fields: { from: "x" }, text: TEXT, at: expect.any(Number) },
    ]);
    expect(records[0]?.at).toBeGreaterThanOrEqual(before);
    expect(records[0]?.at).toBeLessThanOrEqual(Date.now());
    await node.close();
  });

  it("gets each text as one line, whatever an error says", async () => {
    const lines: string[] = [];
    const records: LogRecord[] = [];
    for (const log of [{ line: (text: string) => lines.push(text) }, (record: LogRecord) => records.push(record)]) {
      const node = await nodeWith(log);
      node.on("delivery", () => {
        throw new Error("expected:\n  17");
      });
      await node.broadcast("value");
      await node.close();
    }
    const text = 'a listener for "delivery" failed: Error: expected:   17';
    expect(lines).toEqual([TEXT, text]);
    expect(records.map((record) => record.text)).toEqual([TEXT, text]);
    expect(records[1]?.fields).toEqual({ event: "delivery", reason: "Error: expected:\n  17" });
  });

  it("may throw or reject, and the node continues", async () => {
    let failures = 0;
    const fail = () => {
      failures++;
      throw new Error("the disk of the log is full");
    };
    const logs = [
      fail,
      async () => fail(),
      consoleLog({ console: { debug: fail, info: fail, warn: fail, error: fail } }),
    ];
    for (const log of logs) {
      const node = await nodeWith(log);
      await node.broadcast("value");
      expect(node.values()).toEqual(["value"]);
      await node.close();
    }
    expect(failures).toBe(logs.length);
  });
});
