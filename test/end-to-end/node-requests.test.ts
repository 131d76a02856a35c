import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NodeProcess, requestLine } from "./node-process.js";

let node: NodeProcess;

beforeEach(() => {
  node = new NodeProcess();
});

/** After any test the node still runs, and exits properly with its input. */
afterEach(async () => {
  expect(await node.end()).toEqual({ code: 0, signal: null });
  for (const line of node.lines)
    expect(JSON.parse(line)).toMatchObject({ src: "n0", body: { type: expect.any(String) } });
});

const refusal = (code: number) => ({ body: { type: "error", code, text: expect.any(String) } });

describe("a node", () => {
  it("answers exactly as Maelstrom expects", async () => {
    const init = await node.request("init", { node_id: "n0", node_ids: ["n0"] }, "c0");
    expect(init).toEqual({ src: "n0", dest: "c0", body: { type: "init_ok", in_reply_to: 1 } });
    expect((await node.request("topology", { topology: { n0: [] } })).body).toEqual({
      type: "topology_ok",
      in_reply_to: 2,
    });
    expect((await node.request("broadcast", { message: 7 })).body).toEqual({ type: "broadcast_ok", in_reply_to: 3 });
    expect((await node.request("read")).body).toEqual({ type: "read_ok", messages: [7], in_reply_to: 4 });
    expect(node.complaints).toEqual([]);
  });

  it("stores and acknowledges a broadcast that comes before topology, and sends nothing to other nodes", async () => {
    await node.request("init", { node_id: "n0", node_ids: ["n0", "n1", "n2"] }, "c0");
    expect(await node.request("broadcast", { message: 1 })).toMatchObject({ body: { type: "broadcast_ok" } });
    expect(await node.read()).toEqual([1]);
    await node.end();
    expect(node.messages.map(({ dest }) => dest)).toEqual(["c0", "c1", "c1"]);
  });

  it("keeps any JSON value, and equal ones once", async () => {
    await node.join();
    const values = [
      "1",
      '"1"',
      "1.0",
      "-0",
      "0",
      "null",
      "[1,[]]",
      '{"a":1,"b":2}',
      '{"b":2,"a":1e0}',
      '"ü\\n\\ud83d\\ude00"',
    ];
    for (const value of values) await node.request("broadcast", `"message":${value}`);
    expect(await node.read()).toEqual([1, "1", 0, null, [1, []], { a: 1, b: 2 }, "ü\n😀"]);
  });

  it("returns __proto__ as plain data", async () => {
    await node.join();
    const value = '{"__proto__":{"type":"read","polluted":true},"a":[{"__proto__":1}],"constructor":{"prototype":2}}';
    await node.request("broadcast", `"message":${value}`);
    await node.request("broadcast", `"__proto__":{"polluted":true},"message":${value}`);
    await node.request("read");
    expect(node.lines.at(-1)).toContain(`"messages":[${value}]`);
    expect(await node.request("broadcast", '"__proto__":{"message":1}')).toMatchObject(refusal(12));
  });

  it.each(["9007199254740993", "1e400", "-1e400", "1e-400", '{"a":[0.1000000000000000055511151231257827]}'])(
    "rejects %s rather than alter it",
    async (value) => {
      await node.join();
      const answer = await node.request("broadcast", `"message":${value}`);
      expect(answer).toMatchObject(refusal(12));
      expect(await node.read()).toEqual([]);
    },
  );

  it("keeps a value of 1,000 levels and rejects deeper ones", async () => {
    await node.join();
    const nested = (levels: number) => `"message":${"[".repeat(levels)}${"]".repeat(levels)}`;
    expect(await node.request("broadcast", nested(1_001))).toMatchObject(refusal(12));
    expect(await node.request("broadcast", nested(1_000_000))).toMatchObject(refusal(12));
    expect(await node.request("broadcast", nested(1_000))).toMatchObject({ body: { type: "broadcast_ok" } });
    expect(await node.read()).toHaveLength(1);
  });
});

describe("invalid input", () => {
  it("is answered with error 11 before init", async () => {
    for (const [type, fields] of [
      ["read", {}],
      ["broadcast", { message: 1 }],
      ["topology", { topology: {} }],
    ] as const)
      expect(await node.request(type, fields)).toMatchObject(refusal(11));
    await node.join();
    expect(await node.read()).toEqual([]);
  });

  it("is answered with error 10 if the type is unknown, and 12 if it is invalid", async () => {
    await node.join();
    expect(await node.request("cas", { key: 1 })).toMatchObject(refusal(10));
    expect(await node.request("broadcast")).toMatchObject(refusal(12));
    expect(await node.request("topology", { topology: [] })).toMatchObject(refusal(12));
    expect(await node.request("init", {})).toMatchObject(refusal(12));
    expect(node.complaints).toEqual([]);
  });

  it("such as a different init is rejected, while a repeated one is answered", async () => {
    const cluster = { node_id: "n0", node_ids: ["n0", "n1"] };
    for (let time = 0; time < 2; time++)
      expect(await node.request("init", cluster, "c0")).toMatchObject({ body: { type: "init_ok" } });
    expect(await node.request("init", { ...cluster, node_ids: ["n0"] }, "c0")).toMatchObject(refusal(12));
    expect(await node.request("init", { ...cluster, node_id: "n1" }, "c0")).toMatchObject(refusal(12));
    expect(await node.request("init", cluster, "c0")).toMatchObject({ body: { type: "init_ok" } });
  });

  it("is dropped with one line of stderr per message, unanswered, and changes nothing", async () => {
    await node.join(["n0", "n1"]);
    await node.request("broadcast", { message: 1 });
    const before = node.lines.length;
    const bad = [
      "rubbish",
      '{"src":"c1","dest":"n0"',
      "[]",
      "null",
      '{"src":"c1","body":{"type":"read","msg_id":90}}',
      '{"src":1,"dest":"n0","body":{"type":"read","msg_id":90}}',
      '{"src":"c1","dest":"n0","body":[]}',
      '{"src":"c1","dest":"n1","body":{"type":"broadcast","msg_id":90,"message":2}}',
      '{"src":"c1","dest":"n0","body":{"type":"broadcast","message":2}}',
      '{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":"90","message":2}}',
      '{"src":"x1","dest":"n0","body":{"type":"broadcast","msg_id":90,"message":2}}',
      '{"src":"n9","dest":"n0","body":{"type":"gossip","values":[2]}}',
      '{"src":"n0","dest":"n0","body":{"type":"gossip","values":[2]}}',
    ];
    await node.write(`${bad.join("\n")}\n`);
    await node.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    await node.write("\n  \r\n");
    expect(await node.read()).toEqual([1]);
    await node.end();
    const answers = node.messages.slice(before).filter(({ dest }) => dest !== "n1");
    expect(answers.map(({ body }) => body.type)).toEqual(["read_ok"]);
    expect(node.complaints).toHaveLength(bad.length + 1);
  });

  it("such as half a line at the end is dropped, while a complete message without its newline is served", async () => {
    await node.join();
    await node.end(requestLine('"type":"broadcast","msg_id":90,"message":5').slice(0, -20));
    expect(node.complaints).toHaveLength(1);
    expect(node.messages.map(({ body }) => body.in_reply_to)).toEqual([1, 2]);

    const other = new NodeProcess();
    await other.join();
    await other.end(requestLine('"type":"broadcast","msg_id":90,"message":5').trimEnd());
    expect(other.messages.at(-1)).toMatchObject({ body: { type: "broadcast_ok", in_reply_to: 90 } });
  });
});
