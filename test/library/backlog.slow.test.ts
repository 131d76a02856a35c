import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { TidecastNode } from "../../src/library/index.js";
import { ClusterWithSlowMember } from "./support/slow-member.js";

const TOTAL = 100_000;
/** Bytes per ms: about 85 values a second, so that a quarter of the run is longer than the 4 minutes for which values are kept in any case. */
const RATE = 90;

it("sends 100,000 values of 1 kB to a slow member in constant memory", async () => {
  setFlagsFromString("--expose_gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const cluster = await new ClusterWithSlowMember(["a", "b", "c"], RATE).start({ retain: { maxCount: 1000 } });
  const [, producer, slow] = cluster.nodes as [TidecastNode<string>, TidecastNode<string>, TidecastNode<string>];
  let sent = 0;
  let arrived = 0;
  let missed = 0;
  slow.on("delivery", () => arrived++);
  slow.on("missed", ({ count }) => {
    missed += count;
  });
  void (async () => {
    for (; sent < TOTAL; sent++) await producer.broadcast(`${sent} `.padEnd(1000, "x"));
  })();
  const heaps: [number[], number[], number[], number[]] = [[], [], [], []];
  while (arrived + missed < TOTAL && cluster.clock.now() < 4_000_000) {
    await cluster.run(20_000);
    collectGarbage();
    if (sent < TOTAL) heaps[Math.floor((4 * sent) / TOTAL)]?.push(process.memoryUsage().heapUsed);
  }
  expect({ arrived, missed }).toEqual({ arrived: TOTAL, missed: 0 });
  expect(Math.max(...heaps[3])).toBeLessThanOrEqual(1.1 * Math.max(...heaps[1]));
});
