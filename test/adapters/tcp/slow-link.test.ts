import { expect, it } from "vitest";
import { SimulatedTcp } from "../../support/simulated-tcp.js";

it("delivers a message that takes longer than the longest silence, over a connection that stays", async () => {
  // About 16 KiB in each 200 ms: the message takes a minute.
  const cluster = new SimulatedTcp({ latency: 100, window: 16_384, sendBuffer: 16_384 });
  const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
  a.transport.send("b", { text: "x".repeat(4 * 2 ** 20) });
  await cluster.until(() => b.received.length === 1, 300_000);
  expect(cluster.log.lines).toEqual([]);
  expect(cluster.network.counts.get("connections")).toBe(1);
});

it("notices a host that vanished while a large message was on its way to it", async () => {
  const cluster = new SimulatedTcp({ latency: 100, window: 16_384, sendBuffer: 16_384 });
  const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
  a.transport.send("b", { text: "x".repeat(4 * 2 ** 20) });
  await cluster.pass(30_000);
  b.host.turnOff();
  await cluster.until(() => !a.transport.isConnected("b"), 30_000);
  expect(cluster.log.lines).toEqual(["lost the connection to b: it was silent for 20000 ms"]);
});

it("notices a host that vanished before a message that the system does not take as a whole", async () => {
  const cluster = new SimulatedTcp({ window: 16_384, sendBuffer: 16_384 });
  const [a, b] = [await cluster.openHeard("a"), await cluster.openHeard("b")];
  a.transport.send("b", { first: true });
  await cluster.until(() => b.received.length === 1, 1_000);
  b.host.turnOff();
  a.transport.send("b", { text: "x".repeat(30_000) });
  await cluster.until(() => !a.transport.isConnected("b"), 30_000);
  expect(cluster.log.lines).toEqual(["lost the connection to b: it was silent for 20000 ms"]);
});
