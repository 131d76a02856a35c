import { describe, expect, it } from "vitest";
import { SimulatedTcp } from "../../support/simulated-tcp.js";
import { timeOf, visit, visited } from "./simulated-support.js";

/** Bytes that are handed to the system at a time. */
const CHUNK = 64 * 1024;
/** A network whose systems hold few bytes. */
const NARROW = { window: 8_192, sendBuffer: 8_192 };

/** A message to `b` whose line has this many bytes. */
function ofSize(number: number, bytes: number): object {
  const body = (text: string) => ({ number, text });
  const line = `${JSON.stringify({ src: "a", dest: "b", body: body("") })}\n`;
  return body("x".repeat(bytes - line.length));
}

const questions = [
  { tidecast: 1, ping: true },
  { tidecast: 1, rival: "h:1", you: "h:2" },
];

describe("messages to a member that does not read", () => {
  it("beyond the limit of the queue are dropped, except for what has left: one chunk", async () => {
    const limits = { maxMessageBytes: 70_000, maxQueuedBytes: 3 * CHUNK };
    const { cluster, a, member } = await visited(limits, new SimulatedTcp(NARROW));
    member.socket.pause();
    for (let number = 1; number <= 5; number++) {
      a.transport.send("b", ofSize(number, CHUNK));
      await cluster.pass(10);
    }
    expect(a.transport.state()[0]?.queuedBytes).toBe(3 * CHUNK);
    member.socket.resume();
    await cluster.until(() => a.transport.state()[0]?.queuedBytes === 0, 10_000);
    await cluster.pass(100);
    const numbers = member.heard
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).body.number);
    expect(numbers).toEqual([1, 4, 5]);
  });

  it.each(questions.flatMap((question) => [CHUNK, 3 * CHUNK].map((bytes) => ({ question, bytes }))))(
    "are not joined by answers to its questions: $bytes bytes, $question",
    async ({ question, bytes }) => {
      const { cluster, a, member } = await visited({}, new SimulatedTcp(NARROW));
      member.socket.pause();
      a.transport.send("b", ofSize(1, bytes));
      await cluster.pass(100);
      for (let time = 0; time < 10; time++) member.say(question);
      await cluster.pass(100);
      member.socket.resume();
      await cluster.until(() => member.heard.endsWith("\n"), 10_000);
      await cluster.pass(100);
      expect(member.heard).not.toMatch(/pong|alive/);
    },
  );

  it("are reported for each member on its own", async () => {
    const cluster = new SimulatedTcp();
    const limits = { maxMessageBytes: 5_000, maxQueuedBytes: 10_000 };
    const { transport } = await cluster.openHeard("a", { limits });
    for (const to of ["b", "c"])
      for (let number = 1; number <= 4; number++) transport.send(to, { text: "x".repeat(2_900) });
    expect(cluster.log.lines).toEqual(
      ["b", "c"].map((to) => expect.stringContaining(`dropped the oldest message to ${to}: `)),
    );
  });
});

describe("a node that closes", () => {
  it("says nothing to a member about a rival, and takes nothing as a sign of one", async () => {
    const { cluster, a, member } = await visited();
    member.socket.pause();
    void a.transport.close();
    member.say({ tidecast: 1, rival: "h:1", you: "h:2" });
    member.socket.write("rubbish\n");
    await cluster.pass(100);
    expect([member.heard, cluster.log.lines]).toEqual(["", []]);
  });

  it("ignores invalid messages of the compact wire", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a");
    const member = await visit(cluster, { compact: [1] });
    member.socket.pause();
    void a.transport.close();
    member.socket.write(Buffer.from([4, 2, 8, 99]));
    await cluster.pass(100);
    expect(cluster.log.lines).toEqual([]);
  });

  it("delivers what was sent, though the former process with the member's id shows that it is alive", async () => {
    const { cluster, a, member: former } = await visited({}, new SimulatedTcp(NARROW));
    former.socket.pause();
    const member = await visit(cluster, { life: "y" });
    member.socket.pause();
    a.transport.send("b", ofSize(1, CHUNK / 2));
    await cluster.pass(10);
    const closed = timeOf(cluster, a.transport.close());
    former.say({ tidecast: 1, alive: true });
    await cluster.pass(100);
    member.socket.resume();
    await closed;
    expect(member.heard).toHaveLength(CHUNK / 2);
  });
});

describe("a second connection of a member", () => {
  it("from the same process raises no question on the first one", async () => {
    const { cluster, member } = await visited();
    await visit(cluster, { serial: 2 });
    await cluster.pass(100);
    expect(member.heard).toBe("");
  });

  it("that is lost leaves the first one, whose messages still arrive, whatever it answers", async () => {
    const { cluster, a, member } = await visited();
    member.socket.pause();
    const second = await visit(cluster, { life: "y" });
    second.socket.destroy();
    await cluster.pass(10);
    member.say({ tidecast: 1, alive: true });
    member.say({ src: "b", dest: "a", body: { number: 1 } });
    await cluster.pass(10);
    expect(a.received).toEqual([{ from: "b", body: { number: 1 } }]);
  });
});

describe("the log", () => {
  it("reports two processes with one id for each member on its own", async () => {
    const cluster = new SimulatedTcp();
    await cluster.openHeard("a");
    for (const from of ["b", "c"]) {
      const former = await visit(cluster, { from });
      former.socket.pause();
      await visit(cluster, { from, life: "y" });
      former.say({ tidecast: 1, alive: true });
      await cluster.pass(10);
    }
    expect(cluster.log.lines).toEqual(
      ["b", "c"].map((id) => expect.stringContaining(`two processes use the id ${id}: `)),
    );
  });

  it.each([
    ["lines", undefined, "rubbish\n"],
    ["frames", [1], Buffer.from([4, 2, 8, 99])],
  ])("reports invalid %s for each member on its own", async (_, compact, message) => {
    const cluster = new SimulatedTcp();
    await cluster.openHeard("a");
    for (const from of ["b", "c"]) (await visit(cluster, { ...(compact && { compact }), from })).socket.write(message);
    await cluster.pass(10);
    expect(cluster.log.lines).toEqual(["b", "c"].map((from) => expect.stringContaining(` from ${from}: `)));
  });
});
