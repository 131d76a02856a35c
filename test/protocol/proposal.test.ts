import { describe, expect, it } from "vitest";
import { quantile, startCluster } from "../support/cluster.js";
import { isGossip } from "./support/rounds.js";

const proposal = { mode: "window", window: 100, batchSize: 64, antiEntropyInterval: 500 } as const;

describe("the proposal's way", () => {
  it("keeps its limits with room: 15 messages an operation, median 500 ms, maximum 1.5 s", () => {
    const cluster = startCluster({ size: 25, settings: proposal });
    const broadcasts = cluster.load(50, 10_000);
    cluster.run(2000);
    // Half of the operations are reads, which send nothing.
    expect(cluster.sent.length / (2 * broadcasts)).toBeLessThanOrEqual(15);
    expect(quantile(cluster.latencies(), 0.5)).toBeLessThan(400);
    expect(quantile(cluster.latencies(), 1)).toBeLessThan(600);
  });

  it("answers every gossip at once with a message of its own", () => {
    const cluster = startCluster({ size: 9, settings: proposal });
    cluster.load(50, 10_000);
    cluster.run(1000);
    const gossips = cluster.sent.filter(isGossip);
    const answers = cluster.sent.filter(({ body }) => body.type === "gossip_ok");
    expect(gossips.length).toBeGreaterThan(500);
    expect(answers.length).toBe(gossips.length);
    expect(gossips.every(({ body }) => body.type === "gossip" && body.ack === undefined)).toBe(true);
  });

  it("lets each member exchange digests every 500 ms, with neighbours and shortcuts", () => {
    const [size, time] = [25, 10_000];
    const cluster = startCluster({ size, settings: proposal });
    cluster.run(time);
    const digests = cluster.sent.filter(({ body }) => body.type === "digest");
    expect(digests).toHaveLength((size * time) / proposal.antiEntropyInterval);
    expect(new Set(digests.filter(({ from }) => from === "n5").map(({ to }) => to)).size).toBe(3);
  });

  it("lets a full batch leave before its window ends", () => {
    const cluster = startCluster({ size: 3, settings: { ...proposal, batchSize: 4 } });
    const start = 10 * proposal.window + 10;
    cluster.run(start);
    for (const value of [1, 2, 3]) cluster.broadcast("n1", value);
    expect(cluster.sent.filter(isGossip)).toHaveLength(0);
    cluster.broadcast("n1", 4);
    cluster.run(0);
    expect(cluster.sent.filter(isGossip).map(({ at }) => at)).toEqual([start]);
  });

  it("bears losses at random times without standing still", () => {
    const cluster = startCluster({
      size: 9,
      settings: { ...proposal, batchSize: 3 },
      latency: (_, random) => (random.next() < 0.1 ? undefined : 50 + 100 * random.next()),
    });
    cluster.load(50, 10_000);
    cluster.run(10_000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThan(5000);
  });
});
