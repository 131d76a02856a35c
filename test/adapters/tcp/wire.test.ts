import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import type { WireForm } from "../../../src/application/options/fields.js";
import { Relay } from "./relay.js";
import { addresses, advanceUntil, openNode, Stranger, settle, until } from "./support.js";

const probe = (number: number) => ({ type: "probe", incarnation: 1_838_492_391_617_044, number });

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
      const members = await addresses();
      const clock = new FakeClock();
      const a = await openNode({ id: "a", members }, clock);
      const old = await openNode({ id: "b", members, wire: one }, clock);
      a.transport.send("b", probe(1));
      await until(() => old.received.length === 1, "the first message");
      a.transport.send("b", probe(2));
      await until(() => old.received.length === 2, "the second message");
      await old.transport.destroy();
      await until(() => a.transport.state()[0]?.connected === false, "the connection to be lost");
      for (let number = 3; number <= 50; number++) a.transport.send("b", probe(number));
      const b = await openNode({ id: "b", members, wire: other }, clock);
      await advanceUntil(clock, () => b.received.length === 48, "what was queued");
      a.transport.send("b", probe(51));
      b.transport.send("a", probe(9));
      await until(() => b.received.length === 49 && a.received.length === 1, "a message each way");
      expect(b.received.map(({ body }) => body)).toEqual(Array.from({ length: 49 }, (_, index) => probe(index + 3)));
      expect(a.received).toEqual([{ from: "b", body: probe(9) }]);
      expect(b.log.lines).toEqual([]);
    },
  );

  it("is JSON for a member whose hello does not say that it reads another one, as before this version", async () => {
    const members = await addresses();
    const { transport, received } = await openNode({ id: "a", members });
    const member = new Stranger(members.a);
    member.say({ tidecast: 1, from: "b", to: "a", life: "x", serial: 1, listens: members.b });
    await until(() => member.heard.includes("\n"), "the reply");
    member.say({ src: "b", dest: "a", body: probe(1) });
    await until(() => received.length === 1, "its message");
    transport.send("b", probe(7));
    await until(() => member.heard.includes('"number":7'), "the message");
    expect(JSON.parse(member.heard.split("\n")[1] as string)).toEqual({ src: "a", dest: "b", body: probe(7) });
  });

  it.each([[[2]], [[]], [["1"]], ["1"], [1], [null], [{}]])(
    "is JSON for a member that reads the versions %j",
    async (compact) => {
      const members = await addresses();
      const { transport } = await openNode({ id: "a", members });
      const member = new Stranger(members.a);
      member.say({ tidecast: 1, from: "b", to: "a", life: "x", serial: 1, compact });
      await until(() => member.heard.includes("\n"), "the reply");
      transport.send("b", probe(7));
      await until(() => member.heard.includes('"number":7'), "the message");
    },
  );
});

describe("a member that breaks the compact wire", () => {
  async function greeted() {
    const members = await addresses();
    const node = await openNode({ id: "a", members });
    const member = new Stranger(members.a);
    member.say({ tidecast: 1, from: "b", to: "a", life: "x", serial: 1, compact: [1] });
    await until(() => member.heard.includes("\n"), "the reply");
    const say = (...bytes: number[]) => member.socket.write(Buffer.from(bytes));
    // A dictionary with b and its incarnation 5, then a probe.
    say(0x10, 6, 0, 0, 1, 0x62, 1, 5);
    say(4, 4, 8, 1, 16, 1);
    await until(() => node.received.length === 1, "a message");
    return { ...node, member, say };
  }

  it("loses that message only, and keeps its connection", async () => {
    const { received, log, say } = await greeted();
    say(4, 2, 8, 99);
    say(4, 1, 8);
    say(15, 0);
    say(4, 4, 8, 1, 16, 2);
    await until(() => received.length === 2, "the next message");
    expect(received.map(({ body }) => body)).toEqual(
      [1, 2].map((number) => ({ type: "probe", incarnation: 5, number })),
    );
    expect(log.lines).toEqual(["dropped a message from b: the name 99 is not defined"]);
  });

  it("by names that do not continue its dictionary loses the connection, since later names would be wrong", async () => {
    const { received, log, member, say } = await greeted();
    say(0x10, 4, 7, 0, 1, 0x63, 4, 4, 8, 1, 16, 2);
    await until(() => member.closed, "the connection to be closed");
    expect(log.lines).toEqual([
      "lost the connection to b: it sent names that are invalid: its names begin at 7 instead of 2",
    ]);
    expect(received).toHaveLength(1);
  });

  it("by bytes that are neither frames nor lines loses the connection", async () => {
    const { log, member, say } = await greeted();
    say(1, 255, 255, 255, 255, 255, 255);
    await until(() => member.closed, "the connection to be closed");
    expect(log.lines).toEqual(["lost the connection to b: it sent something else than frames and lines of JSON"]);
  });

  it("by a frame that is too large loses that message only", async () => {
    const members = await addresses();
    const limits = { maxMessageBytes: 16_384 };
    const node = await openNode({ id: "a", members, limits });
    const member = new Stranger(members.a);
    member.say({ tidecast: 1, from: "b", to: "a", life: "x", serial: 1, compact: [1] });
    await until(() => member.heard.includes("\n"), "the reply");
    member.socket.write(Buffer.concat([Buffer.from([1, 0x80, 0x80, 2]), Buffer.alloc(32_768)]));
    member.say({ src: "b", dest: "a", body: probe(1) });
    await until(() => node.received.length === 1, "the next message");
    await settle();
    expect(node.log.lines).toEqual([expect.stringContaining("it is larger than 16384 bytes (limits.maxMessageBytes)")]);
  });
});
