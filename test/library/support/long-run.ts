import { expect } from "vitest";
import { LibraryCluster } from "./library-cluster.js";

const HOUR = 3_600_000;
const PER_HOUR = 20;

/** Three nodes that keep an hour of values take 20 values per hour: their memory stays small, and no value is missed. */
export async function runFor(hours: number, budget: "eager" | "default"): Promise<void> {
  const cluster = await new LibraryCluster<number>(3, { budget, identity: "event", retain: { maxAge: HOUR } }).start();
  let most = 0;
  for (let value = 0; value < hours * PER_HOUR; value++) {
    void cluster.node(`n${value % 3}`).broadcast(value % 7);
    cluster.run(HOUR / PER_HOUR);
    most = Math.max(most, cluster.node("n1").stats().values);
  }
  cluster.run(2 * HOUR);
  expect(most).toBeGreaterThanOrEqual(PER_HOUR);
  expect(most).toBeLessThanOrEqual(1.2 * PER_HOUR);
  for (const id of ["n0", "n1", "n2"]) {
    expect(cluster.toldTo(id).deliveries).toHaveLength(hours * PER_HOUR);
    expect(cluster.toldTo(id).missed).toEqual([]);
    expect(cluster.node(id).values()).toEqual([]);
  }
}
