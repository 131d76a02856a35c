import { describe, expect, it } from "vitest";
import { startCluster } from "../support/cluster.js";

describe("a member that is gone for good", () => {
  it("is news once, also where the budget leaves no room for rounds and everyone is sent to", () => {
    const cluster = startCluster({
      size: 4,
      settings: { median: 458, max: 700, fanOut: 2 },
      latency: ({ from, to }) => (from === "n3" || to === "n3" ? undefined : 200),
    });
    cluster.run(5_000);
    cluster.broadcast("n0", 1);
    cluster.run(120_000);
    const news = cluster.lines.filter((line) => line.startsWith("n0: n3 does not answer"));
    expect(news).toHaveLength(1);
  });
});
