import { describe, expect, it } from "vitest";
import { LibraryCluster } from "./support/library-cluster.js";
import { runFor } from "./support/long-run.js";

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe("a cluster that keeps only what is recent", () => {
  it.each(["eager", "default"] as const)("stays small, and delivers everything (budget %s)", async (budget) => {
    await runFor(24, budget);
  });

  it("keeps the latest values up to a number, once they had time to spread", async () => {
    const cluster = await new LibraryCluster<number>(3, { retain: { maxCount: 100 } }).start();
    for (let value = 0; value < 1000; value++) {
      void cluster.node(`n${value % 3}`).broadcast(value);
      cluster.run(10_000);
    }
    for (const id of ["n0", "n1", "n2"]) {
      const values = cluster.node(id).values();
      expect(values.length).toBeGreaterThanOrEqual(100);
      // A sweep is due within a minute after the slack of a tenth is used up; meanwhile 6 more values come.
      expect(values.length).toBeLessThanOrEqual(116);
      expect(values).toEqual(Array.from({ length: values.length }, (_, index) => 1000 - values.length + index));
    }
  });

  it("keeps to the limits that it was created with, although the program changes its object", async () => {
    const retain = { maxAge: 10 * MINUTE };
    const cluster = await new LibraryCluster<string>(2, { retain }).start();
    retain.maxAge = 24 * HOUR;
    void cluster.node("n0").broadcast("old");
    cluster.run(HOUR);
    expect(cluster.node("n1").values()).toEqual([]);
  });

  it("takes an equal value for new once the first one is deleted", async () => {
    const cluster = await new LibraryCluster<string>(3, { retain: { maxAge: 10 * MINUTE } }).start();
    void cluster.node("n0").broadcast("again");
    cluster.run(HOUR);
    expect(cluster.node("n1").has("again")).toBe(false);
    void cluster.node("n1").broadcast("again");
    cluster.run(MINUTE);
    for (const id of ["n0", "n1", "n2"]) expect(cluster.toldTo(id).deliveries).toHaveLength(2);
  });

  it.each(["eager", "default"] as const)(
    "tells a member that was away for too long how many values it missed, and of which members; it gets the rest (budget %s)",
    async (budget) => {
      const cluster = await new LibraryCluster<number>(4, { budget, retain: { maxAge: HOUR } }).start();
      void cluster.node("n0").broadcast(-1);
      cluster.run(MINUTE);
      cluster.cutOff.add("n3");
      for (let value = 0; value < 300; value++) {
        void cluster.node(`n${value % 3}`).broadcast(value);
        cluster.run(MINUTE);
      }
      cluster.cutOff.clear();
      cluster.run(10 * MINUTE);
      const { deliveries, missed } = cluster.toldTo("n3");
      const lost = missed.reduce((sum, { count }) => sum + count, 0);
      expect(lost + deliveries.length).toBe(301);
      // An hour's worth is kept, and a little more.
      expect(lost).toBeGreaterThan(220);
      expect(lost).toBeLessThan(245);
      const perMember = new Map<string, number>();
      for (const { authors } of missed)
        for (const { member, count } of authors) perMember.set(member, (perMember.get(member) ?? 0) + count);
      expect([...perMember.keys()].sort()).toEqual(["n0", "n1", "n2"]);
      const delivered = new Set(deliveries.map(({ author, number }) => `${author} ${number}`));
      for (const { authors } of missed)
        for (const { author, numbers } of authors)
          for (const [first, last] of numbers)
            for (let number = first; number <= last; number++) expect(delivered.has(`${author} ${number}`)).toBe(false);
      for (const id of ["n0", "n1", "n2"]) expect(cluster.toldTo(id).missed).toEqual([]);
    },
  );

  it("keeps its accepted values while no other member is reachable", async () => {
    const cluster = await new LibraryCluster<number>(3, { retain: { maxAge: HOUR, maxCount: 10 } }).start();
    for (let value = 0; value < 30; value++) {
      void cluster.node(`n${value % 3}`).broadcast(value);
      cluster.run(10_000);
    }
    cluster.cutOff.add("n0");
    for (let value = 100; value < 200; value++) {
      void cluster.node("n0").broadcast(value);
      cluster.run(5 * MINUTE);
    }
    cluster.cutOff.clear();
    cluster.run(HOUR);
    for (const id of ["n1", "n2"]) {
      expect(cluster.toldTo(id).deliveries).toHaveLength(130);
      expect(cluster.toldTo(id).missed).toEqual([]);
    }
    expect(cluster.node("n0").values().length).toBeLessThanOrEqual(11);
  });

  it("works in a cluster of one", async () => {
    const cluster = await new LibraryCluster<number>(1, { retain: { maxCount: 10 } }).start();
    for (let value = 0; value < 100; value++) {
      void cluster.node("n0").broadcast(value);
      cluster.run(MINUTE);
    }
    expect(cluster.node("n0").values().length).toBeLessThanOrEqual(11);
  });

  it("keeps values that a reachable member still lacks", async () => {
    const cluster = await new LibraryCluster<number>(2, { retain: { maxCount: 1 } }).start();
    cluster.chaos = { loss: 0.9, duplication: 0 };
    for (let value = 0; value < 50; value++) {
      void cluster.node("n0").broadcast(value);
      cluster.run(5000);
    }
    cluster.chaos = { loss: 0, duplication: 0 };
    cluster.run(HOUR);
    expect(cluster.toldTo("n1").deliveries).toHaveLength(50);
    expect(cluster.toldTo("n1").missed).toEqual([]);
    expect(cluster.node("n0").values().length).toBe(1);
  });
});
