import { expect, it } from "vitest";
import { addressOf } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { MemberCluster } from "../../support/member-cluster.js";

const SIZE = Number(process.env.MEMBERS ?? 1000);

/** How many nodes see this many members. */
function agreeing(cluster: MemberCluster, size: number): number {
  return [...cluster.nodes.values()].filter(({ views }) => views.at(-1)?.length === size).length;
}

async function timeUntilAllSee(cluster: MemberCluster, size: number, most: number): Promise<number> {
  const start = cluster.clock.now();
  while (agreeing(cluster, size) < cluster.nodes.size && cluster.clock.now() - start < most) await cluster.run(50);
  expect(agreeing(cluster, size)).toBe(cluster.nodes.size);
  return cluster.clock.now() - start;
}

it("a thousand members cost each of them as little as a few do, and hear of everything as soon", async () => {
  const cluster = new MemberCluster({ latency: 5, isLarge: true });
  cluster.start("n0");
  await cluster.run(100);
  for (let index = 1; index < SIZE; index++) {
    cluster.start(`n${index}`, { seeds: [addressOf(`n${Math.floor(index / 2)}`)] });
    if (index % 25 === 0) await cluster.run(100);
  }
  const figures: Record<string, number> = {};
  figures["joined after, ms"] = await timeUntilAllSee(cluster, SIZE, 60_000);
  figures["messages to join"] = cluster.messages;
  await cluster.run(60_000);
  cluster.messages = 0;
  await cluster.run(120_000);
  figures["messages per member in an idle minute"] = cluster.messages / 2 / SIZE;
  cluster.messages = 0;
  cluster.leave(`n${SIZE / 2}`);
  figures["left after, ms"] = await timeUntilAllSee(cluster, SIZE - 1, 1000);
  await cluster.run(1000);
  figures["messages per member to leave"] = cluster.messages / SIZE;
  cluster.die(`n${SIZE / 2 + 1}`);
  figures["killed after, ms"] = await timeUntilAllSee(cluster, SIZE - 2, 5000);
  cluster.die(`n${SIZE / 2 + 2}`, true);
  figures["silent after, ms"] = await timeUntilAllSee(cluster, SIZE - 3, 90_000);
  if (process.env.SHOW_FIGURES !== undefined) console.table(figures);
  expect(figures["messages per member in an idle minute"]).toBeLessThanOrEqual(120 / 25);
}, 600_000);
