import { describe, expect, it } from "vitest";
import { startCluster } from "../support/cluster.js";

/** How often `n3`, which has no values of its own, asked the root within the round whose downcast to it was lost. */
function questionsWithinTheRound(lossRate: number): number {
  let isDeaf = false;
  const cluster = startCluster({
    size: 10,
    settings: { median: 1110, max: 2000, guard: 60 },
    seed: 3,
    latency: ({ from, to }, random) =>
      (isDeaf && from === "n0" && to === "n3") || random.next() < lossRate ? undefined : 100,
  });
  const load = (duration: number) => {
    for (const end = cluster.clock.now() + duration; cluster.clock.now() < end; cluster.run(20))
      cluster.broadcast("n1", cluster.clock.now());
  };
  load(20_000);
  isDeaf = true;
  const start = cluster.clock.now();
  load(1_200);
  return cluster.sent.filter(
    ({ from, at, body }) => at > start && from === "n3" && body.type === "gossip" && body.ask === true,
  ).length;
}

describe("a downcast that does not come", () => {
  it("is asked for before the next one, while messages get lost", () => {
    expect(questionsWithinTheRound(0.1)).toBeGreaterThan(0);
  });

  it("is not missed where nothing was lost before: there may have been nothing to bring", () => {
    expect(questionsWithinTheRound(0)).toBe(0);
  });
});
