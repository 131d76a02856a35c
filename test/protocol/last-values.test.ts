import { describe, expect, it } from "vitest";
import { ANTI_ENTROPY } from "../../src/domain/config.js";
import type { Gossip } from "../../src/domain/messages.js";
import { startCluster, testSettings } from "../support/cluster.js";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
/** Time in ms from the check to the last value: a digest in each direction, and the value. */
const REPAIR = 500;

/**
 * The members that lack the last value before a cluster falls silent, once its members have compared. The message with it to `n3` is
 * lost, and its sender ends before it notices.
 * @param sender the node that sends it to `n3`
 */
function lackingAfterCheck({ settings, sender }: (typeof CASES)[number], seed: number): readonly string[] {
  let isLost = false;
  let hasEnded = false;
  const cluster = startCluster({
    ...{ size: 5, settings, seed },
    latency: ({ from, to, body }) => {
      const isLastValue = from === sender && to === "n3" && (body as Gossip).values?.includes("last") === true;
      if (isLastValue) isLost = true;
      return isLastValue || (hasEnded && (from === sender || to === sender)) ? undefined : 100;
    },
  });
  cluster.run(20_000);
  cluster.broadcast("n1", "earlier");
  cluster.run(60_000);
  cluster.broadcast("n1", "last");
  cluster.run(5000);
  hasEnded = true;
  expect(isLost).toBe(true);
  // The value came to the others within the longest budget of these settings.
  cluster.run(ANTI_ENTROPY.quietTime - 5000 + testSettings.max + REPAIR);
  return [...cluster.nodes].flatMap(([id, node]) => (id === sender || node.has("last") ? [] : [id]));
}

const CASES = [
  { name: "the root, with rounds", settings: { median: 462, max: 655 }, sender: "n0" },
  { name: "the root, with long rounds", settings: { median: 967, max: 1855 }, sender: "n0" },
  { name: "its author, while everyone sends to everyone", settings: { mode: "eager" }, sender: "n1" },
] as const;

describe("the last value before a cluster falls silent, lost on its way to one member", () => {
  it.each(CASES)("comes to that member although its sender has ended: $name", (given) => {
    expect(SEEDS.map((seed) => lackingAfterCheck(given, seed))).toEqual(SEEDS.map(() => []));
  });
});

describe("a cluster that falls silent", () => {
  // The members get the last value from the root, in rounds, or from its author, n1.
  it.each([
    ["rounds", "n1"],
    ["eager", "n2"],
  ] as const)(
    "compares once in mode %s: every member with the next one, but not with the root or the sender of the last value",
    (mode, afterLast) => {
      const cluster = startCluster({ size: 5, settings: { mode } });
      cluster.broadcast("n1", "earlier");
      cluster.run(60_000);
      cluster.broadcast("n1", "last");
      const start = cluster.clock.now();
      cluster.run(ANTI_ENTROPY.quietTime + testSettings.max + REPAIR);
      const digests = cluster.sent.filter(
        ({ at, body }) => at >= start + ANTI_ENTROPY.quietTime && body.type === "digest",
      );
      expect(digests.map(({ from, to }) => `${from} to ${to}`).sort()).toEqual([
        "n0 to n2",
        "n1 to n2",
        "n2 to n3",
        "n3 to n4",
        `n4 to ${afterLast}`,
      ]);
    },
  );
});
