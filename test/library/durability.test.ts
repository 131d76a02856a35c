import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Journal } from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

/** Longer than the memory journal gathers records and syncs them, in ms. */
const WRITTEN = 20;

async function cluster(size: number, identity: "content" | "event" = "content"): Promise<LibraryCluster<number>> {
  return new LibraryCluster<number>(size, { identity }, true).start();
}

describe("with a journal, a node", () => {
  it("shows its own value, and delivers it, once the value is durable, and before broadcast resolves", async () => {
    const one = await cluster(1);
    const node = one.node("n0");
    const order: string[] = [];
    node.on("delivery", () => order.push("delivered"));
    const resolved = node.broadcast(7).then(() => order.push("resolved"));
    one.run(5);
    expect([node.values(), node.has(7), node.stats().values, order]).toEqual([[], false, 0, []]);
    one.run(WRITTEN);
    await resolved;
    expect([node.values(), node.has(7), node.stats().values, order]).toEqual([[7], true, 1, ["delivered", "resolved"]]);
  });

  it("never shows a value that a crash could take away", async () => {
    const one = await cluster(1);
    void one.node("n0").broadcast(7);
    one.run(5);
    one.crash("n0", { survivors: 0 });
    expect([one.node("n0").values(), one.toldTo("n0").deliveries]).toEqual([[], []]);
    await one.startNode("n0");
    one.run(10_000);
    expect(one.node("n0").values()).toEqual([]);
  });

  it("shows another member's value once it is durable here, and gets it again after a crash before that", async () => {
    const two = await cluster(2);
    void two.node("n0").broadcast(7);
    while (two.node("n1").stats().received.messages === 0) two.run(1);
    two.run(1);
    expect([two.node("n1").values(), two.node("n1").has(7), two.toldTo("n1").deliveries]).toEqual([[], false, []]);
    two.crash("n1", { survivors: 0 });
    await two.startNode("n1");
    expect(two.node("n1").values()).toEqual([]);
    two.run(30_000);
    expect(two.node("n1").values()).toEqual([7]);
    expect(two.toldTo("n1").deliveries).toHaveLength(1);
  });

  it("passes values on before they are durable: others do not wait for its disk", async () => {
    const stuck: Journal = { append: () => {}, sync: () => {}, close: () => {} };
    const journal = () => ({ journal: stuck, records: [], incarnation: 1, hasLivedBefore: false, problems: [] });
    const two: LibraryCluster<number> = new LibraryCluster<number>(2, {
      journal: (id, incarnation) => (id === "n0" ? journal() : two.journals.open(id, incarnation)),
    });
    await two.start();
    void two.node("n0").broadcast(7);
    two.run(1000);
    expect([two.node("n0").values(), two.node("n1").values()]).toEqual([[], [7]]);
  });

  it.each(["content", "event"] as const)(
    "hides an equal value while no equal one is durable (identity %s)",
    async (identity) => {
      const one = await cluster(1, identity);
      const node = one.node("n0");
      void node.broadcast(7);
      void node.broadcast(7);
      expect([node.has(7), node.values()]).toEqual([false, []]);
      one.run(WRITTEN);
      const both = identity === "event" ? [7, 7] : [7];
      expect([node.has(7), node.values()]).toEqual([true, both]);
      void node.broadcast(7);
      void node.broadcast(8);
      expect([node.has(7), node.has(8), node.values()]).toEqual([true, false, both]);
    },
  );

  it("begins an iteration over the past with durable values, and continues with the rest, without a gap or a duplicate", async () => {
    const one = await cluster(1);
    const node = one.node("n0");
    void node.broadcast(1);
    one.run(WRITTEN);
    void node.broadcast(2);
    const iteration = node.deliveries({ past: true });
    one.run(WRITTEN);
    void node.broadcast(3);
    await node.close();
    const seen: number[] = [];
    for await (const { value } of iteration) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("shows in each life all values that it showed before, whenever it crashes and whatever the crash leaves", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 15 })), { minLength: 1, maxLength: 12 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 3 }),
        async (steps, rest, survivors) => {
          const two = await cluster(2);
          for (const [index, [node, pause]] of steps.entries()) {
            void two.node(`n${node}`).broadcast(index);
            two.run(pause);
          }
          two.run(rest);
          const shown = two.node("n1").values();
          const delivered = two.toldTo("n1").deliveries.map(({ value }) => value);
          expect(delivered).toEqual(shown);
          two.crash("n1", { survivors });
          two.crash("n0", { survivors: 0 });
          await two.startNode("n1");
          expect(two.node("n1").values().slice(0, shown.length)).toEqual(shown);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("without a journal, a node", () => {
  it("shows and delivers a value before broadcast returns", async () => {
    const one = await new LibraryCluster<number>(1).start();
    void one.node("n0").broadcast(7);
    expect([one.node("n0").values(), one.toldTo("n0").deliveries.length]).toEqual([[7], 1]);
  });
});
