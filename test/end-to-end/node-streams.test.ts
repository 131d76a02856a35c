import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NodeProcess, nodeBinary, requestLine } from "./node-process.js";

const MEBIBYTE = 2 ** 20;

/** The most memory that a process has had at once, in bytes. */
function peakMemory(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

const init = requestLine('"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]', "c0");
const topology = requestLine('"type":"topology","msg_id":2,"topology":{"n0":[]}');

describe("a node's streams", () => {
  it("lose nothing when stdin ends: 5,000 broadcasts at once are all answered, then the process exits with 0", async () => {
    const node = new NodeProcess();
    const numbers = Array.from({ length: 5_000 }, (_, index) => index);
    const broadcasts = numbers.map((number) =>
      requestLine(`"type":"broadcast","msg_id":${10 + number},"message":${number}`),
    );
    const outcome = await node.end([init, topology, ...broadcasts, requestLine('"type":"read","msg_id":3')].join(""));
    expect(outcome).toEqual({ code: 0, signal: null });
    expect(node.messages.map(({ body }) => body.in_reply_to)).toEqual([
      1,
      2,
      ...numbers.map((number) => 10 + number),
      3,
    ]);
    expect(node.messages.at(-1)?.body.messages).toEqual(numbers);
    expect(node.complaints).toEqual([]);
  });

  it("lose nothing when the reader is slow: megabytes are written before the process exits", async () => {
    const child = spawn(nodeBinary, [], { stdio: ["pipe", "pipe", "inherit"] });
    const value = requestLine(`"type":"broadcast","msg_id":3,"message":"${"x".repeat(MEBIBYTE)}"`);
    const reads = Array.from({ length: 20 }, (_, index) => requestLine(`"type":"read","msg_id":${10 + index}`));
    child.stdin.end([init, topology, value, ...reads].join(""));
    // The output is not read until the node has taken all of its input.
    await once(child.stdin, "finish");
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(output.length).toBeGreaterThan(20 * MEBIBYTE);
    expect(JSON.parse(output.trimEnd().split("\n").at(-1) ?? "").body.in_reply_to).toBe(29);
  });

  it("end the node quietly when its output is closed", async () => {
    const node = new NodeProcess();
    await node.join();
    node.hangUp();
    // Whether a write fails is seen by the next one at the latest.
    const writing = (async () => {
      for (let id = 100; id < 10_000; id++) await node.write(requestLine(`"type":"read","msg_id":${id}`));
    })();
    expect(await node.ended).toEqual({ code: 0, signal: null });
    expect(node.complaints).toEqual([]);
    await writing;
  });

  it("carry a line of 10 MB", async () => {
    const node = new NodeProcess();
    await node.join();
    const value = "ü".repeat(5_000_000);
    expect(await node.request("broadcast", { message: value })).toMatchObject({ body: { type: "broadcast_ok" } });
    expect(await node.read()).toEqual([value]);
    expect(await node.end()).toEqual({ code: 0, signal: null });
  });

  it("drop a line of over 16 MiB with one line on stderr", async () => {
    const node = new NodeProcess();
    await node.join();
    await node.write(requestLine(`"type":"broadcast","msg_id":90,"message":"${"x".repeat(17 * MEBIBYTE)}"`));
    expect(await node.read()).toEqual([]);
    expect(await node.end()).toEqual({ code: 0, signal: null });
    expect(node.complaints).toHaveLength(1);
    expect(node.complaints[0]?.length).toBeLessThan(600);
  });

  it.runIf(process.platform === "linux")(
    "hold at most one line: 400 MiB without a newline need no more memory",
    async () => {
      const node = new NodeProcess();
      await node.join();
      const before = peakMemory(node.pid);
      const piece = Buffer.alloc(MEBIBYTE, "x");
      for (let count = 0; count < 400; count++) await node.write(piece);
      await node.write("\n");
      expect(await node.read()).toEqual([]);
      expect(peakMemory(node.pid) - before).toBeLessThan(150 * MEBIBYTE);
      expect(await node.end()).toEqual({ code: 0, signal: null });
      expect(node.complaints).toHaveLength(1);
    },
  );

  it("may cut a character in two", async () => {
    const node = new NodeProcess();
    await node.join();
    const line = Buffer.from(requestLine('"type":"broadcast","msg_id":90,"message":"😀"'));
    const middle = line.indexOf(Buffer.from("😀")) + 2;
    await node.write(line.subarray(0, middle));
    await node.write(line.subarray(middle));
    expect(await node.read()).toEqual(["😀"]);
    await node.end();
  });
});
