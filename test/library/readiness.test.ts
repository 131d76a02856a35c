import { expect, it } from "vitest";
import { LibraryCluster } from "./support/library-cluster.js";

it.each([
  ["default", 2],
  ["default", 25],
  ["frugal", 5],
  ["eager", 5],
] as const)(
  "a cluster that starts for the first time is ready within seconds (budget %s, %i members)",
  async (budget, size) => {
    const cluster = await new LibraryCluster<string>(size, { budget }).start();
    cluster.run(3_000);
    const nodes = Array.from({ length: size }, (_, index) => cluster.node(`n${index}`));
    expect(nodes.filter((node) => !node.stats().isReady)).toEqual([]);
    const sent = nodes.reduce((sum, node) => sum + node.stats().sent.messages, 0);
    expect(sent).toBeLessThanOrEqual(4 * size);
  },
);
