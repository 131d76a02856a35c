import { expect, it } from "vitest";
import { presets } from "../../../src/application/settings/presets.js";
import { startCluster } from "../../support/cluster.js";
import { Arrivals, lastOf } from "./arrivals.js";

const SIZE = 25;
const ROOT = "n0";
/** For how long the root is out of reach, in ms. */
const DOWNTIME = 6000;
/** How long a survivor's value may take to all survivors, in ms. */
const LATENCY = { frugal: 4500, default: 2000 };

/**
 * Twenty seconds of load, 50 values a second, in which the root is out of everyone's reach for a while.
 * @param diesAt when that begins, in ms
 */
function rootFails(settings: Parameters<typeof startCluster>[0]["settings"], diesAt: number) {
  let now = () => 0;
  const isDown = () => now() >= diesAt && now() < diesAt + DOWNTIME;
  const cluster = startCluster({
    size: SIZE,
    settings,
    latency: ({ from, to }) => (isDown() && (from === ROOT || to === ROOT) ? undefined : 100),
  });
  now = () => cluster.clock.now();
  const arrivals = new Arrivals(cluster);
  for (let next = 0; now() < 20_000; next++) {
    const id = `n${(next * 7) % SIZE}`;
    if (id !== ROOT || !isDown()) arrivals.broadcast(id, next);
    arrivals.run(20);
  }
  arrivals.run(10_000);
  return { cluster, arrivals };
}

/** The tests of one preset, with a root that dies at these times, in ms. */
export function rootFailureTests(preset: "frugal" | "default", deaths: readonly number[]): void {
  it.each(deaths)("delays the values of the others by no more than it takes to find that out (at %i ms)", (diesAt) => {
    const { cluster, arrivals } = rootFails(presets[preset].settings, diesAt);
    const survivors = [...cluster.nodes.keys()].filter((id) => id !== ROOT);
    const latencies = arrivals
      .all()
      .filter(({ acceptedBy }) => acceptedBy !== ROOT)
      .map((arrival) => lastOf(arrival, survivors) - arrival.acceptedAt);
    expect(Math.max(...latencies)).toBeLessThanOrEqual(LATENCY[preset]);
    for (const [id, node] of cluster.nodes) expect(node.status().root, `the root in the eyes of ${id}`).toBe(ROOT);
  });
}
