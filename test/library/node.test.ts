import { describe, expect, it } from "vitest";
import { NodeClosed } from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

const ids = ["n0", "n1", "n2", "n3"];

describe("a node of the library", () => {
  it.each(["eager", "default"] as const)(
    "delivers every value once on every node, though messages are lost and duplicated (budget %s)",
    async (budget) => {
      const cluster = await new LibraryCluster<number>(4, { budget }).start();
      cluster.chaos = { loss: 0.2, duplication: 0.3 };
      for (let value = 0; value < 200; value++) {
        void cluster.node(ids[value % 4] as string).broadcast(value);
        cluster.run(50);
      }
      cluster.chaos = { loss: 0, duplication: 0 };
      cluster.run(60_000);
      for (const id of ids) {
        const delivered = cluster.toldTo(id).deliveries.map(({ value }) => value);
        expect(delivered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, value) => value));
        expect(cluster.node(id).values()).toEqual(delivered);
      }
    },
  );

  it("takes equal values of any members for one with identity content", async () => {
    const cluster = await new LibraryCluster(4).start();
    void cluster.node("n0").broadcast({ a: 1, b: 2 });
    void cluster.node("n1").broadcast({ b: 2, a: 1 });
    cluster.run(10_000);
    void cluster.node("n2").broadcast({ a: 1, b: 2 });
    cluster.run(10_000);
    for (const id of ids) expect(cluster.toldTo(id).deliveries).toHaveLength(1);
    expect(cluster.node("n3").values()).toHaveLength(1);
    expect(cluster.node("n3").has({ b: 2, a: 1 })).toBe(true);
    expect(cluster.node("n3").has({ b: 2 })).toBe(false);
  });

  it("counts each broadcast of an equal value with identity event, and identifies it", async () => {
    const cluster = await new LibraryCluster(4, { identity: "event" }).start();
    for (const id of ["n0", "n0", "n1"]) void cluster.node(id).broadcast("flush");
    cluster.run(10_000);
    for (const id of ids) {
      const { deliveries } = cluster.toldTo(id);
      expect(deliveries.map(({ value }) => value)).toEqual(["flush", "flush", "flush"]);
      expect(new Set(deliveries.map(({ member, number }) => `${member} ${number}`))).toEqual(
        new Set(["n0 1", "n0 2", "n1 1"]),
      );
      expect(cluster.node(id).values()).toHaveLength(3);
      expect(cluster.node(id).has("flush")).toBe(true);
    }
  });

  it("reports its traffic, the progress of others, and the root", async () => {
    const cluster = await new LibraryCluster(4, { budget: "default" }).start();
    for (let value = 0; value < 50; value++) {
      void cluster.node(ids[value % 4] as string).broadcast(value);
      cluster.run(100);
    }
    cluster.run(10_000);
    cluster.cutOff.add("n0");
    void cluster.node("n2").broadcast("after");
    cluster.run(20_000);
    const { sent, received, values, roundTrips, root, suspects, backlog, lags } = cluster.node("n2").stats();
    expect({ values, root, suspects }).toEqual({ values: 51, root: "n1", suspects: ["n0"] });
    expect(sent.messages).toBeGreaterThan(3);
    expect(sent.bytes).toBeGreaterThan(50 * sent.messages);
    expect(received.messages).toBeGreaterThan(3);
    // Twice 10 to 30 ms.
    expect(roundTrips.n0).toBeGreaterThan(20);
    expect(roundTrips.n0).toBeLessThan(61);
    expect(backlog).toEqual({ n1: 0 });
    expect(lags).toMatchObject({ n0: { values: 1, isLowerBound: false }, n1: { values: 0, age: 0 } });
  });

  it("continues when a listener fails, and logs the error", async () => {
    const cluster = await new LibraryCluster(2).start();
    cluster.node("n1").on("delivery", () => {
      throw new Error("no room");
    });
    const after: unknown[] = [];
    const stop = cluster.node("n1").on("delivery", ({ value }) => after.push(value));
    void cluster.node("n0").broadcast(1);
    cluster.run(1000);
    stop();
    void cluster.node("n0").broadcast(2);
    cluster.run(1000);
    expect(after).toEqual([1]);
    expect(cluster.toldTo("n1").lines).toEqual(Array(2).fill('a listener for "delivery" failed: Error: no room'));
  });

  it("lets a listener broadcast", async () => {
    const cluster = await new LibraryCluster<number>(3).start();
    cluster.node("n1").on("delivery", ({ value }) => {
      if (value < 5) void cluster.node("n1").broadcast(value + 1);
    });
    void cluster.node("n0").broadcast(0);
    cluster.run(5000);
    for (const id of ["n0", "n1", "n2"])
      expect(
        cluster
          .node(id)
          .values()
          .toSorted((a, b) => a - b),
      ).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("rejects values that JSON would change, that are too large or nested too deeply, with their place", async () => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: undefined as never }).start();
    const node = cluster.node("n0");
    await expect(node.broadcast({ list: [1, { when: new Date() }] })).rejects.toThrow(
      "value.list[1].when: Date objects cannot be encoded as JSON; leave it out, convert it, or give createNode a codec",
    );
    await expect(node.broadcast([Number.NaN])).rejects.toThrow("value[0]: NaN cannot be encoded as JSON");
    await expect(node.broadcast({ a: undefined })).rejects.toThrow("value.a: undefined cannot be encoded as JSON");
    const itself: unknown[] = [];
    itself.push(itself);
    await expect(node.broadcast(itself)).rejects.toThrow(
      "value[0]: references to a containing object cannot be encoded",
    );
    await expect(node.broadcast("x".repeat(2 ** 23))).rejects.toThrow("bytes of JSON, the limit of this transport");
    expect(node.values()).toEqual([]);
  });

  it("keeps its own copy of a value", async () => {
    const cluster = await new LibraryCluster(2).start();
    const value = { list: [1] };
    void cluster.node("n0").broadcast(value);
    value.list.push(2);
    cluster.run(1000);
    for (const id of ["n0", "n1"]) expect(cluster.node(id).values()).toEqual([{ list: [1] }]);
  });

  it("sends pending messages when it is closed, accepts no values afterwards, and may be closed twice", async () => {
    const cluster = await new LibraryCluster(3, { budget: "frugal" }).start();
    cluster.run(10_000);
    const node = cluster.node("n2");
    void node.broadcast("last words");
    await Promise.all([node.close(), node.close()]);
    cluster.run(10_000);
    for (const id of ["n0", "n1"]) expect(cluster.node(id).values()).toEqual(["last words"]);
    await expect(node.broadcast("more")).rejects.toThrow(NodeClosed);
    expect(node.values()).toEqual(["last words"]);
  });
});
