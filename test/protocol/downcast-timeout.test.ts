import { describe, expect, it } from "vitest";
import type { Gossip } from "../../src/domain/messages.js";
import { startCluster } from "../support/cluster.js";

const settings = { median: 1110, max: 2000, guard: 60 };

/** How often `n3`, which has no values of its own, asked the root within the round whose downcast to it was lost. */
function questionsWithinTheRound(lossRate: number): number {
  let isDeaf = false;
  const cluster = startCluster({
    size: 10,
    settings,
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

  it("is asked for again if its repair gets lost as well, though the next downcast is far", () => {
    let dropped = 0;
    let isUnlucky = false;
    const cluster = startCluster({
      size: 10,
      settings,
      seed: 3,
      latency: ({ from, to, body }, random) => {
        if (!isUnlucky) return random.next() < 0.1 ? undefined : 100;
        // The downcast and the first answer to n3 get lost; nothing else does.
        const isDowncast = from === "n0" && to === "n3" && (body as Gossip).type === "gossip";
        if (!isDowncast || dropped === 2) return 100;
        dropped++;
        return undefined;
      },
    });
    const load = (duration: number) => {
      for (const end = cluster.clock.now() + duration; cluster.clock.now() < end; cluster.run(20))
        for (const node of ["n1", "n3"]) cluster.broadcast(node, `${node} ${cluster.clock.now()}`);
    };
    load(20_000);
    isUnlucky = true;
    const start = cluster.clock.now();
    load(3000);
    expect(dropped).toBe(2);
    const repairs = cluster.sent.filter(
      ({ from, to, at, body }) => from === "n0" && to === "n3" && at > start && body.type === "gossip",
    );
    const [downcast, , second] = repairs.map(({ at }) => at) as [number, number, number];
    // With the next downcast it would be a period later, which is over a second.
    expect(second - downcast).toBeLessThan(900);
    expect(repairs[1]?.body).toMatchObject({ ask: true });
  });
});
