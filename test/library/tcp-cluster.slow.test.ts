import { describe, expect, it } from "vitest";
import { until } from "../adapters/tcp/support.js";
import { connectedPairs, TcpCluster } from "../support/tcp-cluster.js";

describe("25 nodes on TCP with TLS", () => {
  it("have every value, and send along a tree", async () => {
    const members = await (await TcpCluster.prepare(25)).openAll();
    for (let number = 0; number < 40; number++)
      await Promise.all(members.map(({ id, node }) => node.broadcast(`${number} of ${id}`)));
    await until(() => members.every(({ node }) => node.values().length === 1000), "every value on every node");
    const pairs = new Set(connectedPairs(members)).size;
    const messages = members.reduce((sum, { node }) => sum + node.stats().sent.messages, 0);
    expect(pairs).toBeLessThan(300);
    expect(messages).toBeLessThan(1000 * 24);
    await Promise.all(members.map(({ node }) => node.close()));
    expect(connectedPairs(members)).toEqual([]);
  });
});
