import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { PING, PONG } from "../../../src/adapters/tcp/control-lines.js";
import { Relay } from "./relay.js";
import { addresses, advanceUntil, impostor, openNode, settle, until } from "./support.js";

describe("the connection of a pair", () => {
  it("is opened by the first message, and stays a single one, even if both ends start at once", async () => {
    const members = await addresses();
    const outside = await addresses();
    const [toA, toB] = [await Relay.open(outside.a, members.a), await Relay.open(outside.b, members.b)];
    const a = await openNode({ id: "a", members: { a: members.a, b: outside.b } });
    const b = await openNode({ id: "b", members: { a: outside.a, b: members.b } });
    await settle();
    expect(toA.opened + toB.opened).toBe(0);
    for (let number = 0; number < 100; number++) {
      a.transport.send("b", { number });
      b.transport.send("a", { number });
    }
    await until(() => a.received.length === 100 && b.received.length === 100, "all messages both ways");
    await until(() => toA.alive + toB.alive === 1, "one connection to be left");
    await settle();
    expect([toA.alive, toB.alive]).toEqual([0, 1]);
    expect([...a.log.lines, ...b.log.lines]).toEqual([]);
  });

  it("is reopened when the peer comes back: at once by the peer, and after growing pauses by this node", async () => {
    const members = await addresses();
    const clock = new FakeClock();
    const a = await openNode({ id: "a", members }, clock);
    const attempts: number[] = [];
    const visits = await impostor(members.b, (socket) => {
      attempts.push(clock.now());
      socket.destroy();
    });
    a.transport.send("b", { number: 1 });
    await advanceUntil(clock, () => attempts.length === 8, "eight attempts", 100);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] as number));
    // BackOff decides the longest pause: here the clock moves while a socket fails.
    for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(50 * 2 ** index);
    await new Promise((resolve) => visits.close(resolve));
    const b = await openNode({ id: "b", members }, clock);
    b.transport.send("a", { number: 2 });
    await until(() => a.received.length === 1 && b.received.length === 1, "a message each way, without any pause");
    expect(a.log.lines.at(-1)).toBe("b is reachable again");
  });

  it("is closed when the peer falls silent, and opened again", async () => {
    const members = await addresses();
    const clock = new FakeClock();
    const net = await Relay.open(members.c, members.b);
    const a = await openNode({ id: "a", members: { a: members.a, b: members.c } }, clock);
    const b = await openNode({ id: "b", members: { a: members.a, b: members.b } }, clock);
    a.transport.send("b", { number: 1 });
    await until(() => b.received.length === 1, "the first message");
    net.freeze();
    a.transport.send("b", { number: 2 });
    await settle();
    clock.advance(19_900);
    await settle();
    expect(a.log.lines).toEqual([]);
    clock.advance(200);
    await until(() => a.log.lines.length > 0, "the connection to be given up");
    expect(a.log.lines).toEqual(["lost the connection to b: it was silent for 20000 ms"]);
    a.transport.send("b", { number: 3 });
    await advanceUntil(clock, () => b.received.length === 2, "a message over a new connection");
    expect(b.received.at(-1)).toEqual({ from: "a", body: { number: 3 } });
    expect(net.opened).toBe(2);
  });

  it("stays as long as the peer answers, however long it has nothing else to send", async () => {
    const members = await addresses();
    const clock = new FakeClock();
    const [a, b] = [await openNode({ id: "a", members }, clock), await openNode({ id: "b", members }, clock)];
    for (let number = 1; number <= 20; number++) {
      a.transport.send("b", { number });
      await until(() => b.received.length === number, "a message");
      clock.advance(10_000);
      await settle();
    }
    expect(a.log.lines).toEqual([]);
  });

  it("costs nothing while idle: not one byte in an hour", async () => {
    const members = await addresses();
    const clock = new FakeClock();
    const net = await Relay.open(members.c, members.b);
    const a = await openNode({ id: "a", members: { a: members.a, b: members.c } }, clock);
    const b = await openNode({ id: "b", members }, clock);
    a.transport.send("b", { number: 1 });
    await until(() => b.received.length === 1, "a message");
    b.transport.send("a", { number: 1 });
    await until(() => a.received.length === 1, "a message back");
    // The end that sent last asks once whether the other is there.
    const before = net.bytes + PING.length + PONG.length;
    clock.advance(10_000);
    await until(() => net.bytes === before, "the question and the answer");
    await settle();
    for (let minute = 0; minute < 60; minute++) clock.advance(60_000);
    await settle();
    expect(net.bytes).toBe(before);
    expect(a.transport.state()[0]?.connected).toBe(true);
  });

  it("of a member that never reads queues up to the limit, and keeps the newest messages", async () => {
    const members = await addresses();
    let visitor: Socket | undefined;
    await impostor(members.b, (socket) => {
      visitor = socket;
      socket.once("data", () => {
        socket.write('{"tidecast":1,"from":"b","to":"a","life":"x","serial":1}\n');
        socket.pause();
      });
    });
    const limits = { maxMessageBytes: 100_000, maxQueuedBytes: 1_000_000 };
    const clock = new FakeClock();
    const { transport, log } = await openNode({ id: "a", members, limits }, clock);
    const padding = "x".repeat(50_000);
    transport.send("b", { number: 0 });
    await until(() => transport.state()[0]?.connected === true, "the connection");
    for (let number = 1; number <= 1000; number++) {
      transport.send("b", { number, padding });
      if (number % 10 === 0) await new Promise(setImmediate);
      expect(transport.state()[0]?.queuedBytes).toBeLessThanOrEqual(limits.maxQueuedBytes);
    }
    expect(log.lines).toEqual([
      "dropped the oldest message to b: more than 1000000 bytes were queued for it (limits.maxQueuedBytes)",
    ]);
    let heard = "";
    visitor?.on("data", (chunk) => {
      heard += String(chunk);
    });
    visitor?.resume();
    await until(() => heard.includes('"number":1000,'), "the newest message");
    clock.advance(10_000);
    const told = log.lines.flatMap((line) => /^dropped the oldest (?:(\d+) messages|message) to b/.exec(line) ?? []);
    const dropped = log.lines.reduce((sum, line) => sum + Number(/oldest (\d+) messages/.exec(line)?.[1] ?? 1), 0);
    expect(told.length).toBeGreaterThan(0);
    // The received messages and the log are complete.
    expect(heard.split('"number":').length - 1 + dropped).toBe(1001);
  });
});

describe("a membership hears that a member is gone", () => {
  it("if no process listens at its address any more", async () => {
    const { b } = await addresses();
    const a = await openNode({ id: "a", listen: "127.0.0.1:0", join: [] });
    const channel = a.transport.entrance?.channel;
    const gone: string[] = [];
    channel?.listen({ received: () => {}, disconnected: (member) => gone.push(member) });
    channel?.locate("b", b);
    channel?.send("b", { type: "members", ping: 1 });
    await until(() => gone.length > 0, "the refused connection to be reported");
    expect(gone).toEqual(["b"]);
  });
});
