import { describe, expect, it } from "vitest";
import type { MemberChannel } from "../../../src/domain/ports/member-channel.js";
import { type JoiningPlace, SimulatedTcp } from "../../support/simulated-tcp.js";
import { hello, timeOf, visit } from "./simulated-support.js";

const AT = { a: "10.0.0.1:7000", b: "10.0.0.2:7000", c: "10.0.0.3:7000" };
/** A message about members. */
const ping = (number: number) => ({ type: "members", number });

/** A node `a` of a cluster whose members come and go, with what its channel hears. */
async function joining(place: JoiningPlace = {}, cluster = new SimulatedTcp()) {
  const member = await cluster.openJoining("a", place);
  const heard: unknown[] = [];
  const channel = member.transport.entrance?.channel as MemberChannel;
  channel.listen({ received: (from, body) => heard.push({ from, body }), disconnected: () => {} });
  const attempts = () => ["connections", "refused connects"].map((what) => cluster.network.counts.get(what) ?? 0);
  return { ...member, cluster, channel, heard, attempts };
}

describe("a member that is located", () => {
  it("where it was before is not tried more often for that", async () => {
    const { cluster, channel, attempts } = await joining();
    cluster.network.host("10.0.0.2");
    channel.locate("b", AT.b);
    channel.send("b", ping(1));
    for (let time = 0; time < 5_000; time += 50) {
      channel.locate("b", AT.b);
      await cluster.pass(50);
    }
    // Pauses of 100, 200, … ms, each by half more or less.
    expect(attempts()[1]).toBeGreaterThan(2);
    expect(attempts()[1]).toBeLessThan(10);
  });

  it("is not connected to without a message for it", async () => {
    const { cluster, channel, attempts } = await joining();
    channel.locate("b", AT.b);
    const member = await visit(cluster);
    member.socket.destroy();
    await cluster.pass(1_000);
    channel.locate("b", AT.c);
    await cluster.pass(1_000);
    expect(attempts()).toEqual([1, 0]);
  });

  it("elsewhere is not connected to again while it is connected, though messages wait for it", async () => {
    const { cluster, channel, transport, attempts } = await joining(
      {},
      new SimulatedTcp({ window: 8_192, sendBuffer: 8_192 }),
    );
    const member = await visit(cluster);
    member.socket.pause();
    for (let number = 0; number < 3; number++) transport.send("b", { number, text: "x".repeat(100_000) });
    await cluster.pass(100);
    channel.locate("b", AT.b);
    await cluster.impostor("b", () => {});
    await cluster.pass(1_000);
    expect(attempts()).toEqual([1, 0]);
  });

  it("after it has connected is reached there once that connection is lost", async () => {
    const { cluster, channel } = await joining();
    const member = await visit(cluster);
    channel.locate("b", AT.b);
    member.socket.destroy();
    await cluster.pass(1_000);
    let heard = "";
    await cluster.impostor("b", (socket) => socket.on("data", (chunk) => (heard += String(chunk))));
    channel.send("b", ping(1));
    await cluster.until(() => heard.includes('"from":"a"'), 1_000);
  });

  it("while the node closes does not keep it from closing, and is not connected to", async () => {
    for (const isKnown of [true, false]) {
      const { cluster, channel, transport, attempts } = await joining();
      cluster.network.host("10.0.0.2");
      if (isKnown) cluster.network.paths.begin({ kind: "cut", until: 0, concerns: (_, to) => to === "10.0.0.2" });
      channel.locate("b", AT.b);
      channel.send("b", ping(1));
      await cluster.pass(10);
      const before = attempts();
      const closed = transport.close();
      await cluster.impostor("c", () => {});
      channel.locate("b", AT.c);
      expect(await timeOf(cluster, closed)).toBeLessThan(2_050);
      await cluster.pass(1_000);
      expect(attempts()).toEqual(before);
    }
  });

  it("is the node itself, and gets no connection", async () => {
    const { cluster, channel, transport } = await joining();
    channel.locate("a", AT.b);
    channel.send("a", ping(1));
    await cluster.pass(10);
    expect([transport.state(), cluster.log.lines]).toEqual([[], []]);
  });
});

describe("a node of a cluster whose members come and go", () => {
  it("refuses a node with its own id", async () => {
    const { cluster } = await joining();
    const stranger = await cluster.stranger("a");
    stranger.say({ ...hello, from: "a" });
    await cluster.until(() => stranger.closed, 1_000);
    expect(JSON.parse(stranger.heard)).toMatchObject({
      refused: "it uses the id of this node, a; every member needs its own id",
    });
  });

  it("takes no more messages about members once it closes", async () => {
    const { cluster, heard, transport } = await joining();
    const member = await visit(cluster);
    member.socket.pause();
    void transport.close();
    member.say({ src: "b", dest: "a", body: ping(1) });
    await cluster.pass(100);
    expect(heard).toEqual([]);
  });

  it("drops messages about members without a membership, and keeps the connection", async () => {
    const cluster = new SimulatedTcp();
    const { transport } = await cluster.openJoining("a");
    const received: unknown[] = [];
    transport.onMessage((_, body) => received.push(body));
    const member = await visit(cluster);
    for (const body of [ping(1), { number: 2 }]) member.say({ src: "b", dest: "a", body });
    await cluster.pass(100);
    expect([received, member.closed]).toEqual([[{ number: 2 }], false]);
  });
});
