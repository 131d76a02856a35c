import { describe, expect, it } from "vitest";
import { simulatedCredentials } from "../../../src/workbench/simulation/sockets/network/certificate.js";
import { type SimulatedMember, SimulatedTcp } from "../../support/simulated-tcp.js";

/** Two members that are connected. */
async function pair(cluster = new SimulatedTcp()) {
  const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
  a.transport.send("b", { first: true });
  await cluster.until(() => b.received.length === 1, 1_000);
  return { cluster, a, b };
}

const everything = () => true;
const received = ({ received: list }: SimulatedMember) => list.map(({ body }) => body);
/** Connections of which both ends are open. */
const open = ({ network }: SimulatedTcp) =>
  network.connections().filter(({ client, server }) => client.isOpen && server.isOpen).length;

describe("a transport on TCP, in virtual time", () => {
  it("notices within half a minute that the host at the other end of an idle connection has vanished", async () => {
    const { cluster, a, b } = await pair();
    // The first message was never answered, so the peer is asked for a sign of life.
    await cluster.pass(12_000);
    b.host.turnOff();
    await cluster.pass(20_000);
    expect(a.transport.isConnected("b")).toBe(true);
    await cluster.pass(6_000);
    expect(a.transport.isConnected("b")).toBe(false);
    expect(cluster.log.lines).toEqual(["lost the connection to b: ETIMEDOUT: connection timed out"]);
  });

  it("notices at its first message that the host at the other end has restarted", async () => {
    const { cluster, a, b } = await pair();
    b.host.turnOff();
    const again = await cluster.openHeard("b");
    b.host.turnOn();
    a.transport.send("b", { lost: true });
    await cluster.pass(10);
    expect(cluster.log.lines).toEqual(["lost the connection to b: ECONNRESET: connection reset by peer"]);
    await cluster.until(() => a.transport.state()[0]?.connected === false, 0);
    a.transport.send("b", { second: true });
    await cluster.until(() => received(again).length === 1, 1_000);
  });

  it("replaces a connection that a device on the way has forgotten", async () => {
    const { cluster, a, b } = await pair();
    for (const connection of cluster.network.connections()) cluster.network.forget(connection);
    a.transport.send("b", { lost: true });
    await cluster.pass(20_000);
    expect(cluster.log.lines).toEqual(["lost the connection to b: it was silent for 20000 ms"]);
    a.transport.send("b", { second: true });
    await cluster.until(() => received(b).some((body) => "second" in (body as object)), 1_000);
    // The other end learns that its connection is over from the hello on the new one.
    await cluster.until(() => open(cluster) === 1, 10_000);
  });

  it("sends again over a new connection after a reset of one end, and the other end finds out by itself", async () => {
    const { cluster, a, b } = await pair();
    for (const connection of cluster.network.connections()) cluster.network.reset(connection, "server");
    await cluster.pass(10);
    expect([a, b].map(({ transport }) => transport.state()[0]?.connected)).toEqual([true, false]);
    b.transport.send("a", { from: "b" });
    a.transport.send("b", { from: "a" });
    await cluster.until(() => a.received.length === 1, 1_000);
    expect(open(cluster)).toBe(1);
  });

  it("says that a member does not answer, while nothing comes back from it", async () => {
    const cluster = new SimulatedTcp();
    const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
    const end = cluster.network.paths.begin({ kind: "cut", until: 0, concerns: (from) => from === b.host.ip });
    a.transport.send("b", { first: true });
    await cluster.pass(6_000);
    expect(cluster.log.lines).toEqual(["cannot reach b at 10.0.0.2:7000: it did not answer within 5000 ms"]);
    end();
    await cluster.until(() => b.received.length === 1, 10_000);
    expect(cluster.log.lines.at(-1)).toBe("b is reachable again");
  });

  it("waits while the network stalls, and loses nothing", async () => {
    const { cluster, a, b } = await pair();
    const end = cluster.network.paths.begin({
      kind: "stall",
      until: cluster.clock.now() + 8_000,
      concerns: everything,
    });
    for (let number = 0; number < 100; number++) a.transport.send("b", { number });
    await cluster.pass(7_999);
    expect(b.received.length).toBe(1);
    end();
    await cluster.pass(10);
    expect(received(b).slice(1)).toEqual(Array.from({ length: 100 }, (_, number) => ({ number })));
  });

  it("keeps one connection when both ends dial at once, whatever the order of segments, and loses nothing", async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const cluster = new SimulatedTcp({ latency: 20, segment: 50 }, seed);
      const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
      for (let number = 0; number < 20; number++) {
        a.transport.send("b", { number });
        b.transport.send("a", { number });
      }
      await cluster.pass(5_000);
      const all = Array.from({ length: 20 }, (_, number) => ({ number }));
      expect([received(a), received(b)], `seed ${seed}`).toEqual([all, all]);
      expect(open(cluster), `seed ${seed}`).toBe(1);
      expect(cluster.log.lines).toEqual([]);
    }
  });

  it("finds a member that has moved to another address under the same name", async () => {
    const cluster = new SimulatedTcp();
    const members = { a: "10.0.0.1:7000", c: "c.cluster:7000" };
    cluster.network.names.hosts.set("c.cluster", ["10.0.0.3"]);
    const a = await cluster.openHeard("a", { members });
    const before = await cluster.openHeard("c", { members, listen: "10.0.0.3:7000" });
    a.transport.send("c", { first: true });
    await cluster.until(() => before.received.length === 1, 1_000);
    before.process.die();
    cluster.network.names.hosts.set("c.cluster", ["10.0.0.2"]);
    const after = await cluster.openHeard("c", { members, listen: "10.0.0.2:7000", hostOf: "b" });
    await cluster.pass(1_000);
    a.transport.send("c", { second: true });
    await cluster.until(() => after.received.length === 1, 15_000);
  });

  it("tries again while a name cannot be looked up", async () => {
    const cluster = new SimulatedTcp();
    const members = { a: "10.0.0.1:7000", c: "c.cluster:7000" };
    const a = await cluster.openHeard("a", { members });
    const c = await cluster.openHeard("c", { members, listen: "10.0.0.3:7000" });
    a.transport.send("c", { first: true });
    await cluster.pass(1_000);
    expect(cluster.log.lines).toEqual(["cannot reach c at c.cluster:7000: ENOTFOUND: name unknown, c.cluster"]);
    cluster.network.names.hosts.set("c.cluster", ["10.0.0.9", "10.0.0.3"]);
    await cluster.until(() => c.received.length === 1, 20_000);
  });

  it("refuses a member with a certificate of another authority, or of another member", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a", { tls: simulatedCredentials("ours", "a") });
    const b = await cluster.openHeard("b", { tls: simulatedCredentials("theirs", "b") });
    b.transport.send("a", { stranger: true });
    a.transport.send("b", { secret: true });
    await cluster.pass(3_000);
    expect([a.received, b.received]).toEqual([[], []]);
    expect(cluster.log.lines.join("\n")).toMatch(/cannot reach b .*: its certificate is invalid: unknown authority/);
    expect(cluster.log.lines.join("\n")).toMatch(/refused a connection from /);
  });
});
