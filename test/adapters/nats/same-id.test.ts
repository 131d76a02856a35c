import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { createNode } from "../../../src/library/index.js";
import { natsMembership, natsTransport } from "../../../src/library/nats.js";
import { eventually } from "../../support/eventually.js";
import { hasNatsServer, TestNatsServer } from "../../support/nats-server.js";

async function startServer(): Promise<TestNatsServer> {
  const server = await TestNatsServer.start();
  onTestFinished(() => server.kill());
  return server;
}

async function attach(server: TestNatsServer, id: string) {
  const lines: string[] = [];
  const log = { line: (text: string) => lines.push(text) };
  const transport = await natsTransport({ servers: server.address, id, log });
  onTestFinished(() => transport.close());
  return { transport, lines, log };
}

const rivalry = (lines: readonly string[]) => lines.filter((line) => line.includes("another process uses the id"));

/** The log line about two processes `b`, both in this process. */
const lineOf = (other: string, own: string) => {
  const quoted = (text: string) => JSON.stringify(text).replace(/^(.{81}).+$/, '$1"…');
  return `another process uses the id b: ${quoted(other)}; this process is ${quoted(own)}; every member needs its own id, so stop one of them`;
};

describe.skipIf(!hasNatsServer)("two live processes with the same id over NATS", () => {
  it("are both reported once, with their identities, if the members are listed", async () => {
    const server = await startServer();
    const [a, first, second] = [await attach(server, "a"), await attach(server, "b"), await attach(server, "b")];
    const members = ["a", "b"];
    for (const [id, { transport, log }] of [
      ["a", a],
      ["b", first],
      ["b", second],
    ] as const) {
      const node = await createNode({ id, members, transport, log });
      onTestFinished(() => node.close());
    }
    const [one, other] = [first, second].map(({ transport }) => transport.describeProcess()) as [string, string];
    for (const text of [one, other])
      expect(text).toMatch(
        new RegExp(`^process ${process.pid} at 127\\.0\\.0\\.1 \\(NATS client \\d+\\) on ${hostname()}$`),
      );
    expect(one).not.toBe(other);
    await eventually(() => {
      expect(rivalry(first.lines)).toEqual([lineOf(other, one)]);
      expect(rivalry(second.lines)).toEqual([lineOf(one, other)]);
    });
    expect(rivalry(a.lines)).toEqual([]);
  });

  it("are both reported once if members find each other", async () => {
    const server = await startServer();
    const told: string[][] = [];
    for (const _ of [1, 2]) {
      const { transport } = await attach(server, "b");
      const lines: string[] = [];
      told.push(lines);
      const pace = { heartbeatInterval: 100, timeout: 1000 };
      const membership = natsMembership(transport, { ...pace, log: { line: (text) => lines.push(text) } });
      await membership.join(() => {});
      onTestFinished(() => membership.leave());
      await setTimeout(150);
    }
    await eventually(() => {
      for (const lines of told)
        expect(rivalry(lines)[0]).toMatch(
          /^another process uses the id b: "process \d+ at 127\.0\.0\.1 \(NATS client \d+\) on .*; this process is "process \d+ at 127\.0\.0\.1 \(NATS client \d+\) on .* so stop one of them$/,
        );
    });
    const clients = told.map((lines) => rivalry(lines)[0]?.match(/client \d+/g));
    expect(clients[0]).toEqual(clients[1]?.reverse());
  });

  it("are distinguished by their process ids", async () => {
    const server = await startServer();
    const { lines } = await attach(server, "b");
    const program = `
      import { natsTransport } from "./dist/nats.js";
      const log = { line: (text) => { console.log(process.pid + " " + text); transport.close(); } };
      const transport = await natsTransport({ id: "b", servers: "${server.address}", log });
      setTimeout(() => transport.close(), 5000).unref();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
    const [pid, said] = [stdout.split(" ", 1)[0], stdout.slice(stdout.indexOf(" ") + 1)];
    expect(said).toMatch(new RegExp(`b: "process ${process.pid} at .*; this process is "process ${pid} at `));
    await eventually(() => expect(rivalry(lines)).toEqual([expect.stringContaining(`b: "process ${pid} at `)]));
  });

  it("are not suspected if a member closes, or loses its connection, and starts again", async () => {
    const server = await startServer();
    const lives = [];
    for (const end of ["close", "crash", "close"] as const) {
      const life = await attach(server, "b");
      lives.push(life);
      await setTimeout(50);
      if (end === "close") await life.transport.close();
      else await life.transport.connection.close();
    }
    lives.push(await attach(server, "b"));
    await setTimeout(100);
    for (const { lines } of lives) expect(rivalry(lines)).toEqual([]);
  });

  it("pass none of this on to the node", async () => {
    const server = await startServer();
    const [first, second] = [await attach(server, "b"), await attach(server, "b")];
    const received: unknown[] = [];
    for (const { transport } of [first, second]) transport.onMessage((from, body) => received.push([from, body]));
    await eventually(() => expect(rivalry(first.lines)).toHaveLength(1));
    first.transport.send("b", { type: "something else" });
    await eventually(() => expect(received).toHaveLength(2));
    expect(received).toEqual([
      ["b", { type: "something else" }],
      ["b", { type: "something else" }],
    ]);
  });
});
