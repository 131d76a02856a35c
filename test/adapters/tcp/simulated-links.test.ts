import { describe, expect, it } from "vitest";
import { InvalidOptions } from "../../../src/application/options/invalid-options.js";
import type { DroppedMessages } from "../../../src/domain/ports/transport.js";
import { simulatedCredentials } from "../../../src/workbench/simulation/sockets/network/certificate.js";
import { type SimulatedMember, SimulatedTcp } from "../../support/simulated-tcp.js";
import { hello, timeOf, visited } from "./simulated-support.js";

const AT = { a: "10.0.0.1:7000", b: "10.0.0.2:7000", c: "10.0.0.3:7000" };
const KIBIBYTE = 1024;

/** Two members that are connected. */
async function pair(cluster = new SimulatedTcp(), limits = {}) {
  const [a, b] = [await cluster.openHeard("a", { limits }), await cluster.openHeard("b", { limits })];
  a.transport.send("b", { first: true });
  await cluster.until(() => b.received.length === 1, 1_000);
  return { cluster, a, b };
}

const bodies = ({ received }: SimulatedMember) => received.map(({ body }) => body);
const isOpen = ({ network }: SimulatedTcp) =>
  network.connections().some(({ client, server }) => client.isOpen || server.isOpen);

describe("a transport that closes", () => {
  it("first delivers what was sent, to members that it is connected to and to those that it has to connect to", async () => {
    const { cluster, a, b } = await pair();
    const c = await cluster.openHeard("c");
    for (const to of ["b", "c"]) for (let number = 0; number < 50; number++) a.transport.send(to, { number });
    expect(await timeOf(cluster, a.transport.close())).toBeLessThan(50);
    await cluster.pass(10);
    const all = Array.from({ length: 50 }, (_, number) => ({ number }));
    expect([bodies(b).slice(1), bodies(c)]).toEqual([all, all]);
    expect(isOpen(cluster)).toBe(false);
    // Only the others have lost a connection: this end closed it.
    expect(cluster.log.lines).toEqual(Array(2).fill("lost the connection to a: the other end closed it"));
  });

  it("waits two seconds for a member that does not answer, and not longer", async () => {
    const cluster = new SimulatedTcp();
    const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
    cluster.network.paths.begin({ kind: "cut", until: 0, concerns: (from) => from === b.host.ip });
    a.transport.send("b", { lost: true });
    await cluster.pass(100);
    const time = await timeOf(cluster, a.transport.close());
    expect(time).toBeGreaterThanOrEqual(2_000);
    expect(time).toBeLessThan(2_050);
    expect(cluster.log.lines).toEqual([]);
    expect(a.process.timers).toBe(0);
  });

  it("waits two seconds for a connected member that does not read", async () => {
    const { cluster, a, b } = await pair();
    b.process.pause();
    for (let number = 0; number < 20; number++) a.transport.send("b", { text: "x".repeat(100 * KIBIBYTE) });
    const time = await timeOf(cluster, a.transport.close());
    expect(time).toBeGreaterThanOrEqual(2_000);
    expect(time).toBeLessThan(2_050);
    expect(a.process.timers).toBe(0);
  });

  it("does not wait if there is nothing to send, even while it connects", async () => {
    const { cluster, a } = await pair();
    a.transport.send("c", { lost: true });
    await cluster.pass(1_000);
    expect(await timeOf(cluster, a.transport.close())).toBeLessThan(2_050);
    const other = new SimulatedTcp();
    const alone = await other.openHeard("a");
    expect(await timeOf(other, alone.transport.close())).toBeLessThan(50);
    alone.transport.send("b", { late: true });
    await other.pass(10_000);
    expect([alone.transport.state().map(({ queuedBytes }) => queuedBytes), other.log.lines]).toEqual([[0, 0], []]);
  });

  it("takes no more messages, neither to nor from others", async () => {
    const { cluster, a, b } = await pair();
    const closed = a.transport.close();
    expect(a.transport.isClosed).toBe(true);
    b.transport.send("a", { late: true });
    a.transport.send("b", { late: true });
    await timeOf(cluster, closed);
    expect([a.received, bodies(b)]).toEqual([[], [{ first: true }]]);
    expect(a.transport.close()).toBe(closed);
  });

  it("drops everything at once if it is destroyed", async () => {
    const { cluster, a, b } = await pair();
    b.process.pause();
    for (let number = 0; number < 20; number++) a.transport.send("b", { text: "x".repeat(100 * KIBIBYTE) });
    a.transport.send("c", { lost: true });
    expect(await timeOf(cluster, a.transport.destroy())).toBeLessThan(50);
    expect([a.process.timers, a.process.sockets.size]).toEqual([0, 0]);
  });
});

describe("a message", () => {
  it.each(["compact", "json"] as const)(
    "that is too large is dropped with a line of the log and an event: %s",
    async (wire) => {
      const cluster = new SimulatedTcp();
      const place = { wire, limits: { maxMessageBytes: 2_000 } };
      const [a, b] = [await cluster.openHeard("a", place), await cluster.openHeard("b", place)];
      const dropped: DroppedMessages[] = [];
      a.transport.onDropped((event) => dropped.push(event));
      const empty = JSON.stringify({ text: "" }).length;
      for (const size of [2_000, 2_001]) a.transport.send("b", { text: "x".repeat(size - empty) });
      await cluster.pass(100);
      expect(bodies(b)).toEqual([{ text: "x".repeat(2_000 - empty) }]);
      const reason = "its 2001 bytes exceed 2000 (limits.maxMessageBytes)";
      expect(dropped).toEqual([{ member: "b", count: 1, reason }]);
      expect(cluster.log.lines).toEqual([expect.stringContaining(reason)]);
      expect(cluster.log.lines[0]).toContain(" b");
    },
  );

  it("to an unknown member, or to the node itself, is dropped with a line of the log", async () => {
    const { cluster, a } = await pair();
    a.transport.send("x", { number: 1 });
    expect(cluster.log.lines).toEqual(['dropped a message to "x", which is not in the member list']);
    a.transport.send("x", { number: 2 });
    await cluster.pass(10_000);
    a.transport.send("a", { number: 3 });
    expect(cluster.log.lines[1]).toBe("dropped a message to this node itself (1 similar line omitted before)");
    expect(cluster.log.events).toMatchObject([
      { code: "receiver-unknown", level: "warn", fields: { to: "x" } },
      { code: "receiver-unknown", level: "warn", fields: { to: "a" } },
    ]);
    const joining = await new SimulatedTcp().openJoining("a");
    joining.transport.send("b", { number: 1 });
    expect(joining.transport.state()).toEqual([]);
  });

  it("to a member of an open cluster is dropped with advice, if nothing finds the members", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openJoining("a");
    a.transport.send("b", { number: 1 });
    expect(cluster.log.lines).toEqual([
      'dropped a message to "b", whose address is unknown; set createNode\'s option members to tcpMembership(transport)',
    ]);
  });

  it("beyond the limit of the queue drops the oldest ones, with an event each time and a line now and then", async () => {
    const cluster = new SimulatedTcp();
    const limits = { maxMessageBytes: 5_000, maxQueuedBytes: 10_000 };
    const a = await cluster.openHeard("a", { limits });
    const dropped: DroppedMessages[] = [];
    a.transport.onDropped((event) => dropped.push(event));
    for (let number = 1; number <= 6; number++) a.transport.send("b", { number, text: "x".repeat(2_900) });
    expect(dropped).toEqual(Array(3).fill({ member: "b", count: 1, reason: "the queue for the member is full" }));
    const [link] = a.transport.state();
    expect(link).toMatchObject({ member: "b", connected: false });
    expect(link?.queuedBytes).toBeGreaterThan(8_700);
    expect(link?.queuedBytes).toBeLessThan(9_100);
    const words = "more than 10000 bytes were queued for it (limits.maxQueuedBytes)";
    expect(cluster.log.lines).toEqual([`dropped the oldest message to b: ${words}`]);
    expect(cluster.log.events).toMatchObject([
      { code: "queue-overflow", level: "warn", fields: { member: "b", count: 1, limit: 10_000 } },
    ]);
    await cluster.pass(10_100);
    expect(cluster.log.lines).toContain(`dropped the oldest 2 messages to b: ${words}`);
    const b = await cluster.openHeard("b", { limits });
    await cluster.until(() => b.received.length === 3, 20_000);
    expect(bodies(b).map((body) => (body as { number: number }).number)).toEqual([4, 5, 6]);
    expect(a.transport.state()[0]).toEqual({ member: "b", connected: true, queuedBytes: 0 });
  });

  it("waits in the sockets until the node listens", async () => {
    const cluster = new SimulatedTcp();
    const [a, b] = [await cluster.open("a"), await cluster.openHeard("b")];
    for (let number = 1; number <= 1_100; number++) b.transport.send("a", { number });
    await cluster.pass(15_000);
    a.transport.onMessage((from, body) => a.received.push({ from, body }));
    b.transport.send("a", { number: 1_101 });
    await cluster.pass(100);
    expect(bodies(a)).toEqual(Array.from({ length: 1_101 }, (_, index) => ({ number: index + 1 })));
    expect(cluster.log.lines).toEqual([]);
  });

  it("may stay unanswered for a node that does not listen: it cannot hear a sign of life", async () => {
    const cluster = new SimulatedTcp();
    const [a, b] = [await cluster.open("a"), await cluster.openHeard("b")];
    for (let time = 0; time < 4; time++) {
      a.transport.send("b", { time });
      await cluster.pass(15_000);
    }
    expect([b.received.length, a.transport.isConnected("b"), cluster.log.lines]).toEqual([4, true, []]);
  });

  it("of any size arrives as it was sent, and what follows it as well", async () => {
    const { cluster, a, b } = await pair();
    const sent = [65_000, 65_536, 70_000, 200_000, 1].map((size) => ({ text: "ü".repeat(size) }));
    for (const body of sent) a.transport.send("b", body);
    await cluster.until(() => b.received.length === 6, 10_000);
    expect(bodies(b).slice(1)).toEqual(sent);
  });
});

describe("a question for a sign of life", () => {
  const ping = { tidecast: 1, ping: true };
  const PONG = '{"tidecast":1,"pong":true}\n';

  it("is answered", async () => {
    const { cluster, member } = await visited();
    member.say(ping);
    member.say(ping);
    await cluster.pass(10);
    expect(member.heard).toBe(PONG + PONG);
  });

  it("is not answered while the asking member does not read", async () => {
    const model = { window: 8_192, sendBuffer: 8_192 };
    const { cluster, a, member } = await visited({}, new SimulatedTcp(model));
    member.socket.pause();
    a.transport.send("b", { text: "x".repeat(200 * KIBIBYTE) });
    await cluster.pass(100);
    for (let time = 0; time < 10; time++) member.say(ping);
    await cluster.pass(100);
    member.socket.resume();
    await cluster.until(() => member.heard.endsWith("\n"), 10_000);
    expect(member.heard).not.toContain("pong");
    member.heard = "";
    member.say(ping);
    await cluster.pass(100);
    expect(member.heard).toBe(PONG);
  });

  it("comes between two messages, and not within one", async () => {
    const model = { window: 8_192, sendBuffer: 8_192, latency: 100 };
    const { cluster, a, member } = await visited({ longestSilence: 1_000 }, new SimulatedTcp(model));
    const text = "x".repeat(300 * KIBIBYTE);
    a.transport.send("b", { text });
    await cluster.until(() => member.heard.endsWith("\n"), 60_000);
    const [message, question] = member.heard.split("\n");
    expect(JSON.parse(message as string)).toEqual({ src: "a", dest: "b", body: { text } });
    expect(question).toBe('{"tidecast":1,"ping":true}');
  });

  it("that is not answered ends the connection", async () => {
    const { cluster, a, member } = await visited({ longestSilence: 1_000 });
    a.transport.send("b", { number: 1 });
    await cluster.pass(1_500);
    expect(member.heard.endsWith('{"tidecast":1,"ping":true}\n')).toBe(true);
    expect(a.transport.isConnected("b")).toBe(true);
    await cluster.pass(700);
    expect(a.transport.isConnected("b")).toBe(false);
    expect(cluster.log.lines).toEqual(["lost the connection to b: it was silent for 2000 ms"]);
  });

  it("is answered by anything that comes, and by a member that was asked for nothing", async () => {
    const { cluster, a, member } = await visited({ longestSilence: 1_000 });
    for (let time = 0; time < 10; time++) {
      a.transport.send("b", { time });
      await cluster.pass(1_500);
      member.say({ tidecast: 1, pong: true });
      await cluster.pass(300);
    }
    expect([a.transport.isConnected("b"), cluster.log.lines]).toEqual([true, []]);
  });
});

describe("two processes with the id of one member", () => {
  /** A member `a`, and two processes that are `b`, of which the second one has just replaced the first one. */
  async function twoOfOneId() {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a");
    const first = await cluster.openHeard("b");
    first.transport.send("a", { from: "the first" });
    await cluster.until(() => a.received.length === 1, 1_000);
    const second = await cluster.openHeard("b", { hostOf: "c", listen: AT.c });
    second.transport.send("a", { from: "the second" });
    await cluster.until(() => a.received.length === 2, 1_000);
    await cluster.pass(100);
    return { cluster, a, first, second };
  }

  it("are reported by their peer and by both, with their addresses", async () => {
    const { cluster } = await twoOfOneId();
    const places = [AT.b, AT.c].map((address) => {
      const [ip = ""] = address.split(":");
      return String.raw`${ip.replaceAll(".", "\\.")}:\d+ \(listening on \\?"${address.replaceAll(".", "\\.")}\\?"\)`;
    });
    const [one, other] = places;
    const advice = "every member needs its own id, so stop one of them";
    const lines = cluster.log.lines.filter((line) => line.includes("the id b"));
    expect(lines).toHaveLength(3);
    const event = { code: "id-in-use", level: "error", fields: { id: "b" } };
    expect(cluster.log.events.filter(({ text }) => lines.includes(text))).toMatchObject([event, event, event]);
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^two processes use the id b: one at ${one}, one at ${other}; ${advice}$`)),
    );
    for (const [rival, own] of [places, [...places].reverse()])
      expect(lines).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^another process uses the id b: a sees it at "${rival}", and this process at "${own}"; ${advice}$`,
          ),
        ),
      );
  });

  it("are reported at intervals, however often they replace each other", async () => {
    const { cluster, a, first, second } = await twoOfOneId();
    for (let turn = 0; turn < 50; turn++) {
      for (const node of [first, second]) node.transport.send("a", { turn });
      await cluster.pass(100);
    }
    expect(a.received.length).toBeGreaterThan(4);
    expect(cluster.log.lines.filter((line) => line.startsWith("two processes"))).toHaveLength(1);
  });

  it("are not suspected if a member has crashed, or closed, and started again elsewhere", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a");
    for (const ends of ["die", "close", "die"] as const) {
      const before = a.received.length;
      const b = await cluster.openHeard("b");
      b.transport.send("a", {});
      await cluster.until(() => a.received.length > before, 1_000);
      const next = await cluster.openHeard("b", { hostOf: "c", listen: AT.c });
      if (ends === "close") void b.transport.close();
      else b.process.die();
      next.transport.send("a", {});
      await cluster.until(() => a.received.length > before + 1, 1_000);
      next.process.die();
      await cluster.pass(100);
    }
    expect(cluster.log.lines.filter((line) => line.includes("the id b"))).toEqual([]);
  });

  it("are reported to a node that is one of them, at intervals, and the node says that it is alive", async () => {
    const { cluster, member } = await visited();
    member.say({ tidecast: 1, rival: "h:1", you: "h:2" });
    member.say({ tidecast: 1, rival: "h:3", you: "h:4" });
    await cluster.pass(10);
    expect(member.heard).toBe('{"tidecast":1,"alive":true}\n'.repeat(2));
    expect(cluster.log.lines).toEqual([
      'another process uses the id a: b sees it at "h:1", and this process at "h:2"; every member needs its own id, so stop one of them',
    ]);
  });

  it("are not inferred from the answer to a question that was not asked", async () => {
    const { cluster, member } = await visited();
    member.say({ tidecast: 1, alive: true });
    await cluster.pass(10);
    expect([cluster.log.lines, member.closed]).toEqual([[], false]);
  });

  it("learn of each other, each on its own connection, once the first one answers", async () => {
    const { cluster, a } = await visited();
    const first = await cluster.stranger("a");
    first.socket.on("data", (chunk) => {
      if (String(chunk).includes("rival")) first.say({ tidecast: 1, alive: true });
    });
    first.say({ ...hello, life: "y", listens: "h:1" });
    await cluster.until(() => first.heard.includes("\n"), 1_000);
    const second = await cluster.stranger("a");
    second.say({ ...hello, life: "z" });
    await cluster.until(() => first.heard.includes("rival"), 1_000);
    const [, question] = first.heard.split("\n");
    expect(JSON.parse(question as string)).toEqual({
      tidecast: 1,
      rival: expect.stringMatching(/^10\.0\.0\.9:[1-9]\d*$/),
      you: expect.stringMatching(/^10\.0\.0\.9:[1-9]\d* \(listening on "h:1"\)$/),
    });
    await cluster.until(() => second.heard.includes("rival"), 1_000);
    expect(cluster.log.lines).toContainEqual(expect.stringMatching(/^two processes use the id b: /));
    expect(a.transport.isConnected("b")).toBe(true);
  });
});

describe("a renewed certificate", () => {
  it("is shown on new connections in both directions, and leaves present ones alone", async () => {
    const cluster = new SimulatedTcp();
    const of = (authority: string, id: string) => ({ tls: simulatedCredentials(authority, id) });
    const a = await cluster.openHeard("a", of("old", "a"));
    const b = await cluster.openHeard("b", of("old", "b"));
    const c = await cluster.openHeard("c", of("new", "c"));
    a.transport.send("b", { number: 1 });
    await cluster.until(() => b.received.length === 1, 1_000);
    a.transport.renewCertificate(simulatedCredentials("new", "a"));
    a.transport.send("b", { number: 2 });
    a.transport.send("c", { number: 3 });
    await cluster.until(() => b.received.length === 2 && c.received.length === 1, 1_000);
    for (const connection of cluster.network.connections()) cluster.network.reset(connection, "both");
    await cluster.pass(10);
    c.transport.send("a", { number: 4 });
    await cluster.until(() => a.received.length === 1, 1_000);
    b.transport.send("a", { number: 5 });
    await cluster.pass(1_000);
    expect(bodies(a)).toEqual([{ number: 4 }]);
  });

  it("is refused without TLS, or if it names another member", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a");
    expect(() => a.transport.renewCertificate(simulatedCredentials("new", "a"))).toThrow(
      "renewCertificate needs a transport that was opened with the option tls",
    );
    const b = await cluster.openHeard("b", { tls: simulatedCredentials("old", "b") });
    expect(() => b.transport.renewCertificate(simulatedCredentials("new", "a"))).toThrow(InvalidOptions);
  });
});

describe("the connection of a pair", () => {
  it("is opened again after growing pauses, which start anew after a connection that lasted", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a");
    cluster.network.host("10.0.0.2");
    a.transport.send("b", { number: 1 });
    for (let time = 0; time < 60_000; time += 50) {
      a.transport.send("b", { number: 2 });
      await cluster.pass(50);
    }
    const attempts = () => cluster.network.counts.get("refused connects") ?? 0;
    // 100, 200, … up to 10,000 ms, each by half more or less.
    expect(attempts()).toBeGreaterThan(8);
    expect(attempts()).toBeLessThan(16);
    const b = await cluster.openHeard("b");
    await cluster.until(() => b.received.length > 0, 20_000);
    b.process.die();
    await cluster.pass(10);
    a.transport.send("b", { number: 2 });
    await cluster.pass(2_000);
    const soon = attempts();
    const again = await cluster.openHeard("b");
    await cluster.until(() => again.received.length === 1, 20_000);
    await cluster.pass(10_000);
    again.process.die();
    await cluster.pass(10);
    a.transport.send("b", { number: 3 });
    await cluster.pass(2_000);
    expect(attempts() - soon).toBeGreaterThan(2);
  });

  it("is said to be lost and back once each, whatever the reason", async () => {
    const { cluster, a, b } = await pair();
    b.process.die();
    await cluster.pass(10);
    for (let number = 0; number < 5; number++) {
      a.transport.send("b", { number });
      await cluster.pass(3_000);
    }
    const again = await cluster.openHeard("b");
    await cluster.until(() => again.received.length === 5, 20_000);
    expect(cluster.log.lines).toEqual([
      expect.stringMatching(/^lost the connection to b: /),
      expect.stringMatching(/^cannot reach b at 10\.0\.0\.2:7000: ECONNREFUSED: /),
      "b is reachable again",
    ]);
    expect(cluster.log.events.map(({ code, level }) => [code, level])).toEqual([
      ["connection-lost", "warn"],
      ["connect-failed", "warn"],
      ["connection-restored", "info"],
    ]);
  });

  it("is not opened before there is a message, and not opened again without one", async () => {
    const cluster = new SimulatedTcp();
    const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
    await cluster.pass(60_000);
    expect(cluster.network.counts.get("connections")).toBe(undefined);
    expect(a.process.timers).toBe(0);
    a.transport.send("b", { number: 1 });
    await cluster.until(() => b.received.length === 1, 1_000);
    expect([a.transport.isConnected("b"), a.transport.isConnected("c")]).toEqual([true, false]);
    b.process.die();
    await cluster.pass(60_000);
    expect(cluster.network.counts.get("refused connects")).toBe(undefined);
    expect([a.transport.state()[0]?.connected, a.transport.isConnected("b")]).toEqual([false, false]);
    expect([a.transport.isConnected("c"), a.transport.isConnected("x")]).toEqual([false, false]);
  });
});
