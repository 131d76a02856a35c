import { describe, expect, it } from "vitest";
import { until } from "../adapters/tcp/support.js";
import { connectedPairs, TcpCluster } from "../support/tcp-cluster.js";

describe("five nodes on TCP with TLS", () => {
  it("have every value, even a member that crashes and comes back, and leave nothing open", async () => {
    const cluster = await TcpCluster.prepare(5);
    const members = await cluster.openAll();
    for (const [index, { node }] of members.entries())
      for (let number = 0; number < 20; number++) await node.broadcast({ from: index, number });
    await until(() => members.every(({ node }) => node.values().length === 100), "every value on every node");

    const victim = members.pop();
    await victim?.transport.destroy();
    await victim?.node.close();
    for (const { id, node } of members) await node.broadcast(`of ${id}, while n4 is away`);
    const reborn = await cluster.open("n4");
    members.push(reborn);
    await reborn.node.broadcast("of n4, which is back");
    await until(() => members.every(({ node }) => node.values().length === 105), "every value on every node again");

    // The last connection may still be known to the end that has heard its first message, and not yet to the other one.
    await until(() => {
      const pairs = connectedPairs(members);
      return pairs.length > 0 && new Set(pairs).size * 2 === pairs.length;
    }, "one connection per pair, known to both ends");
    await Promise.all(members.map(({ node }) => node.close()));
    expect(connectedPairs(members)).toEqual([]);
    expect(members.flatMap(({ log }) => log.lines).filter((line) => line.startsWith("dropped"))).toEqual([]);
  });
});
