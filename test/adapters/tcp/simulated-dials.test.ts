import { describe, expect, it } from "vitest";
import { SimulatedTcp } from "../../support/simulated-tcp.js";
import { hello, timeOf, visit } from "./simulated-support.js";

/** How long the first attempt to connect to `b` takes, in ms. */
const STALL = 1_000;

/** A node `a` that dials `b`, which answers late, while `b` itself has connected to `a` and received the message. */
async function dialling() {
  const cluster = new SimulatedTcp();
  const a = await cluster.openHeard("a");
  const impostor = { heard: "" };
  await cluster.impostor("b", (socket) => {
    socket.on("data", (chunk) => {
      impostor.heard += String(chunk);
    });
  });
  const end = cluster.network.paths.begin({ kind: "stall", until: STALL, concerns: (_, to) => to === "10.0.0.2" });
  a.transport.send("b", { number: 1 });
  await cluster.pass(10);
  const member = await visit(cluster);
  await cluster.pass(10);
  member.say({ tidecast: 1, pong: true });
  await cluster.pass(10);
  // The attempt on its way still arrives at the end of the stall.
  end();
  return { cluster, a, impostor, member };
}

describe("a node that connects to a member while the member connects to it", () => {
  it("says no hello on its own connection, and does not try again", async () => {
    const { cluster, a, impostor } = await dialling();
    await cluster.until(() => cluster.network.counts.get("connections") === 2, STALL);
    await cluster.pass(10);
    expect(impostor.heard).toBe("");
    expect([a.process.timers, a.transport.isConnected("b"), cluster.log.lines]).toEqual([0, true, []]);
  });

  it("does not wait for its own connection when it closes", async () => {
    const { cluster, a } = await dialling();
    expect(await timeOf(cluster, a.transport.close())).toBeLessThan(50);
  });

  it("reports the loss of the member's connection once its own one has failed", async () => {
    const { cluster, member } = await dialling();
    member.socket.end();
    await cluster.pass(10);
    expect(cluster.log.lines).toEqual([]);
    await cluster.pass(STALL + 5_000);
    expect(cluster.log.lines).toEqual([
      "lost the connection to b: the other end closed it",
      "cannot reach b at 10.0.0.2:7000: it did not answer within 5000 ms",
    ]);
  });

  it("reports no loss if its own one fails once the member has connected again", async () => {
    const { cluster, a, member } = await dialling();
    member.socket.end();
    await cluster.pass(10);
    await visit(cluster, { serial: 2 });
    await cluster.pass(2 * STALL);
    expect([cluster.log.lines, a.transport.isConnected("b")]).toEqual([[], true]);
  });

  it("reports at once that the member's connection broke", async () => {
    const { cluster } = await dialling();
    for (const connection of cluster.network.connections()) cluster.network.reset(connection, "server");
    await cluster.pass(10);
    expect(cluster.log.lines).toEqual(["lost the connection to b: ECONNRESET: connection reset by peer"]);
  });
});

describe("a name", () => {
  const members = { a: "10.0.0.1:7000", b: "b.cluster:7000" };

  it("without addresses is reported", async () => {
    const cluster = new SimulatedTcp();
    cluster.network.names.hosts.set("b.cluster", []);
    const a = await cluster.openHeard("a", { members });
    a.transport.send("b", { number: 1 });
    await cluster.pass(1_000);
    expect(cluster.log.lines).toEqual(["cannot reach b at b.cluster:7000: the name b.cluster has no addresses"]);
  });

  it("is not tried at its next address if there is a connection already", async () => {
    const cluster = new SimulatedTcp();
    const visits = { b: 0, c: 0 };
    for (const id of ["b", "c"] as const)
      await cluster.impostor(id, (socket) => {
        visits[id]++;
        socket.end('{"tidecast":1,"refused":"there already is a connection","superfluous":true}\n');
      });
    cluster.network.names.hosts.set("b.cluster", ["10.0.0.2", "10.0.0.3"]);
    const a = await cluster.openHeard("a", { members });
    a.transport.send("b", { number: 1 });
    await cluster.until(() => visits.b >= 2, 10_000);
    expect(visits.c).toBe(0);
  });
});

describe("a connection that is lost", () => {
  it("is opened after growing pauses if each one breaks soon, though it was open", async () => {
    const cluster = new SimulatedTcp();
    let visits = 0;
    await cluster.impostor("b", (socket) => {
      visits++;
      socket.write(`${JSON.stringify({ ...hello, from: "b" })}\n`);
      socket.once("data", () => socket.end());
    });
    const { transport } = await cluster.openHeard("a");
    for (let time = 0; time < 60_000; time += 50) {
      transport.send("b", { time });
      await cluster.pass(50);
    }
    // 100, 200, … up to 10,000 ms, each by half more or less.
    expect(visits).toBeGreaterThan(8);
    expect(visits).toBeLessThan(16);
  });
});
