import { describe, expect, it } from "vitest";
import type { WireForm } from "../../../src/application/options/fields.js";
import { SimulatedTcp } from "../../support/simulated-tcp.js";
import { Relay } from "./relay.js";
import { addresses, openNode, until } from "./support.js";

const probe = (number: number) => ({ type: "probe", incarnation: 1_838_492_391_617_044, number });

const hello = { tidecast: 1, from: "b", to: "a", life: "x", serial: 1 };

/** Two nodes that send through a relay, after a first message each way, which may still be JSON. */
async function pair(wires: { readonly a: WireForm; readonly b: WireForm }) {
  const members = await addresses();
  const net = await Relay.open(members.c, members.b);
  const a = await openNode({ id: "a", members: { a: members.a, b: members.c }, wire: wires.a });
  const b = await openNode({ id: "b", members: { a: members.a, b: members.b }, wire: wires.b });
  a.transport.send("b", probe(1));
  await until(() => b.received.length === 1, "the first message");
  b.transport.send("a", probe(1));
  await until(() => a.received.length === 1, "the first message back");
  return { a, b, net, members };
}

describe("the form of the messages", () => {
  it.each([
    ["compact", "compact", true],
    ["compact", "json", false],
    ["json", "compact", false],
    ["json", "json", false],
  ] as const)("between a member of %s and one of %s is understood by both", async (one, other, isCompact) => {
    const { a, b, net } = await pair({ a: one, b: other });
    const before = net.bytes;
    for (let number = 2; number <= 101; number++) {
      a.transport.send("b", probe(number));
      b.transport.send("a", probe(number));
    }
    await until(() => a.received.length === 101 && b.received.length === 101, "all messages both ways");
    for (const [index, { body }] of b.received.entries()) expect(body).toEqual(probe(index + 1));
    for (const [index, { body }] of a.received.entries()) expect(body).toEqual(probe(index + 1));
    const bytes = (net.bytes - before) / 200;
    if (isCompact) expect(bytes).toBeLessThan(10);
    else expect(bytes).toBeGreaterThan(70);
    expect([...a.log.lines, ...b.log.lines]).toEqual([]);
  });

  it("is JSON for a message that the compact wire has no form for, in the order of sending", async () => {
    const { a, b } = await pair({ a: "compact", b: "compact" });
    const bodies = [probe(2), { type: "probe", later: "a key" }, { any: [1] }, probe(3)];
    for (const body of bodies) a.transport.send("b", body);
    await until(() => b.received.length === 5, "all messages");
    expect(b.received.slice(1).map(({ body }) => body)).toEqual(bodies);
  });

  it.each([
    ["compact", "json"],
    ["json", "compact"],
  ] as const)(
    "changes when a member of %s restarts as one of %s, and nothing that was queued is lost",
    async (one, other) => {
      const cluster = new SimulatedTcp();
      const a = await cluster.openHeard("a");
      const old = await cluster.openHeard("b", { wire: one });
      for (const number of [1, 2]) {
        a.transport.send("b", probe(number));
        await cluster.until(() => old.received.length === number, 1_000);
      }
      old.process.die();
      await cluster.until(() => !a.transport.isConnected("b"), 1_000);
      cluster.log.lines.length = 0;
      for (let number = 3; number <= 50; number++) a.transport.send("b", probe(number));
      const b = await cluster.openHeard("b", { wire: other });
      await cluster.until(() => b.received.length === 48, 10_000);
      a.transport.send("b", probe(51));
      b.transport.send("a", probe(9));
      await cluster.until(() => b.received.length === 49 && a.received.length === 1, 1_000);
      expect(b.received.map(({ body }) => body)).toEqual(Array.from({ length: 49 }, (_, index) => probe(index + 3)));
      expect(a.received).toEqual([{ from: "b", body: probe(9) }]);
      expect(cluster.log.lines.at(-1)).toBe("b is reachable again");
    },
  );

  it("is JSON until the member has said that it reads the compact wire, and then compact for what is queued as well", async () => {
    const cluster = new SimulatedTcp();
    const { transport } = await cluster.openHeard("a");
    const queued = () => transport.state()[0]?.queuedBytes;
    transport.send("b", probe(1));
    expect(queued()).toBe(`${JSON.stringify({ src: "a", dest: "b", body: probe(1) })}\n`.length);
    for (const life of ["x", "y"]) {
      const member = await cluster.stranger("a");
      member.say({ ...hello, life, compact: [1] });
      await cluster.until(() => queued() === 0, 1_000);
      await cluster.pass(10);
      expect(member.heard.includes('"number":1')).toBe(life === "x");
      expect(member.heard).not.toContain('"number":2');
      member.socket.destroy();
      await cluster.pass(10);
      transport.send("b", probe(2));
    }
  });

  it.each([
    [{}, [1]],
    [{ wire: "compact" }, [1]],
    [{ wire: "json" }, undefined],
  ] as const)("is told to a member that connects: %j", async (wishes, compact) => {
    const cluster = new SimulatedTcp();
    await cluster.openHeard("a", wishes);
    const member = await cluster.stranger("a");
    member.say({ ...hello, compact: [1] });
    await cluster.until(() => member.heard.includes("\n"), 1_000);
    expect(JSON.parse(member.heard.split("\n")[0] as string).compact).toEqual(compact);
  });

  it("is JSON for a member whose hello does not say that it reads another one, as before this version", async () => {
    const cluster = new SimulatedTcp();
    const { transport, received } = await cluster.openHeard("a");
    const member = await cluster.stranger("a");
    member.say({ ...hello, listens: "10.0.0.2:7000" });
    await cluster.until(() => member.heard.includes("\n"), 1_000);
    member.say({ src: "b", dest: "a", body: probe(1) });
    await cluster.until(() => received.length === 1, 1_000);
    transport.send("b", probe(7));
    await cluster.until(() => member.heard.includes('"number":7'), 1_000);
    expect(JSON.parse(member.heard.split("\n")[1] as string)).toEqual({ src: "a", dest: "b", body: probe(7) });
  });

  it.each([[[2]], [[]], [["1"]], ["1"], [1], [null], [{}]])(
    "is JSON for a member that reads the versions %j",
    async (compact) => {
      const cluster = new SimulatedTcp();
      const { transport } = await cluster.openHeard("a");
      const member = await cluster.stranger("a");
      member.say({ ...hello, compact });
      await cluster.until(() => member.heard.includes("\n"), 1_000);
      transport.send("b", probe(7));
      await cluster.until(() => member.heard.includes('"number":7'), 1_000);
    },
  );
});

describe("a member that breaks the compact wire", () => {
  /** A member that has sent its names, b and its incarnation 5, and a probe. */
  async function greeted(limits = {}) {
    const cluster = new SimulatedTcp();
    const { received } = await cluster.openHeard("a", { limits });
    const member = await cluster.stranger("a");
    member.say({ ...hello, compact: [1] });
    await cluster.until(() => member.heard.includes("\n"), 1_000);
    const say = (...bytes: number[]) => member.socket.write(Buffer.from(bytes));
    say(0x10, 6, 0, 0, 1, 0x62, 1, 5);
    say(4, 4, 8, 1, 16, 1);
    await cluster.until(() => received.length === 1, 1_000);
    return { cluster, received, log: cluster.log, member, say };
  }

  it("loses that message only, and keeps its connection", async () => {
    const { cluster, received, log, say } = await greeted();
    say(4, 2, 8, 99);
    say(4, 1, 8);
    say(15, 0);
    say(4, 4, 8, 1, 16, 2);
    await cluster.until(() => received.length === 2, 1_000);
    expect(received.map(({ body }) => body)).toEqual(
      [1, 2].map((number) => ({ type: "probe", incarnation: 5, number })),
    );
    expect(log.lines).toEqual(["dropped a message from b: the name 99 is not defined"]);
    expect(log.events).toMatchObject([{ code: "message-invalid", level: "warn", fields: { member: "b" } }]);
  });

  it("by names that do not continue its dictionary loses the connection, since later names would be wrong", async () => {
    const { cluster, received, log, member, say } = await greeted();
    say(0x10, 4, 7, 0, 1, 0x63, 4, 4, 8, 1, 16, 2);
    await cluster.until(() => member.closed, 1_000);
    expect(log.lines).toEqual([
      "lost the connection to b: it sent names that are invalid: its names begin at 7 instead of 2",
    ]);
    expect(received).toHaveLength(1);
  });

  it("by bytes that are neither frames nor lines loses the connection", async () => {
    const { cluster, log, member, say } = await greeted();
    say(1, 255, 255, 255, 255, 255, 255);
    await cluster.until(() => member.closed, 1_000);
    expect(log.lines).toEqual(["lost the connection to b: it sent something else than frames and lines of JSON"]);
  });

  it("by a frame that is too large loses that message only", async () => {
    const { cluster, received, log, member } = await greeted({ maxMessageBytes: 16_384 });
    member.socket.write(Buffer.concat([Buffer.from([1, 0x80, 0x80, 2]), Buffer.alloc(32_768)]));
    member.say({ src: "b", dest: "a", body: probe(1) });
    await cluster.until(() => received.length === 2, 1_000);
    expect(log.lines).toEqual([expect.stringContaining("it is larger than 16384 bytes (limits.maxMessageBytes)")]);
  });
});
