import { describe, expect, it } from "vitest";
import { quantile, startCluster } from "../support/cluster.js";
import { isGossip } from "./support/rounds.js";

const eager = { mode: "eager", acknowledgementDelay: 4000 } as const;
const countOf = (cluster: ReturnType<typeof startCluster>, type: string) =>
  cluster.sent.filter(({ body }) => body.type === type).length;

describe("eager sending", () => {
  it("reaches everyone in one hop", () => {
    const cluster = startCluster({ size: 25, settings: eager });
    cluster.load(20, 10_000);
    cluster.run(200);
    expect(quantile(cluster.latencies(), 1)).toBeCloseTo(100, 1);
  });

  it("costs a message for each other member, and next to nothing for acknowledgements", () => {
    const cluster = startCluster({ size: 25, settings: eager });
    const values = cluster.load(50, 8000);
    cluster.run(20_000);
    expect(cluster.sent.length).toBeGreaterThanOrEqual(24 * values);
    expect(cluster.sent.length).toBeLessThanOrEqual(24.6 * values);
  });

  it("settles acknowledgements with two messages a member, and then is silent", () => {
    const cluster = startCluster({ size: 25, settings: eager });
    cluster.load(50, 4000);
    cluster.run(30_000);
    expect(countOf(cluster, "holdings")).toBe(24);
    expect(countOf(cluster, "stable")).toBe(24);
    expect(countOf(cluster, "gossip_ok")).toBeLessThanOrEqual(12);
    const start = cluster.clock.now();
    cluster.run(120_000);
    expect(cluster.sent.filter((message) => message.at > start && isGossip(message))).toEqual([]);
  });

  it.each(["n0", "n7"])(
    "settles a single value, of %s, which owes nothing itself, and does not send it again",
    (author) => {
      const cluster = startCluster({ size: 25, settings: eager });
      cluster.run(1000);
      cluster.broadcast(author, "only");
      cluster.run(120_000);
      expect(countOf(cluster, "gossip")).toBe(24);
      expect(countOf(cluster, "holdings") + countOf(cluster, "stable")).toBeLessThanOrEqual(48);
    },
  );
});
