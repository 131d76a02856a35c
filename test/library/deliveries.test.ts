import { describe, expect, it } from "vitest";
import { DeliveryOverflow } from "../../src/library/index.js";
import { DeliveryFeed } from "../../src/library/node/deliveries.js";
import { LibraryCluster } from "./support/library-cluster.js";

describe("iterating over deliveries", () => {
  it("yields every value from the call on, in the order of the node, own ones included, and ends with the node", async () => {
    const cluster = await new LibraryCluster<number>(2).start();
    const node = cluster.node("n0");
    void node.broadcast(1);
    const iteration = node.deliveries();
    void node.broadcast(2);
    void cluster.node("n1").broadcast(3);
    cluster.run(1000);
    await node.close();
    const seen: number[] = [];
    for await (const { value } of iteration) seen.push(value);
    expect(seen).toEqual([2, 3]);
  });

  it("begins with existing values on request, without a gap and without a duplicate", async () => {
    const cluster = await new LibraryCluster<number>(3).start();
    for (const [index, id] of ["n0", "n1", "n2", "n0"].entries()) {
      void cluster.node(id).broadcast(index % 3);
      cluster.run(100);
    }
    const node = cluster.node("n2");
    const iteration = node.deliveries({ past: true });
    void node.broadcast(9);
    await node.close();
    const seen: [string, number][] = [];
    for await (const { member, value } of iteration) seen.push([member, value]);
    expect(seen).toEqual([
      ["n0", 0],
      ["n1", 1],
      ["n2", 2],
      ["n2", 9],
    ]);
  });

  it("answers several waiting consumers in turn, as soon as there are values", async () => {
    const cluster = await new LibraryCluster<number>(2).start();
    const node = cluster.node("n0");
    const iteration = node.deliveries();
    const answers = [iteration.next(), iteration.next(), iteration.next()];
    void node.broadcast(1);
    void node.broadcast(2);
    await new Promise((resolve) => setImmediate(resolve));
    await node.close();
    expect((await Promise.all(answers)).map(({ value }) => value?.value)).toEqual([1, 2, undefined]);
  });

  it("reports an overflow to a slow consumer after all buffered values: never a silent gap", async () => {
    const cluster = await new LibraryCluster<number>(2).start();
    const node = cluster.node("n0");
    const iteration = node.deliveries({ buffer: 2 });
    for (let value = 0; value < 5; value++) void node.broadcast(value);
    const seen: number[] = [];
    const consume = async () => {
      for await (const { value } of iteration) seen.push(value);
    };
    await expect(consume()).rejects.toThrow(DeliveryOverflow);
    expect(seen).toEqual([0, 1]);
    expect(await iteration.next()).toEqual({ done: true, value: undefined });
  });

  // An array that is shifted takes minutes for this.
  it("passes on hundreds of thousands of past values in linear time", async () => {
    const past = Array.from({ length: 300_000 }, (_, number) => ({
      value: number,
      member: "a",
      author: "a@1",
      number,
    }));
    const feed = new DeliveryFeed(past, 1, () => {});
    feed.end();
    let count = 0;
    for await (const { value } of feed) count += Number(value === count);
    expect(count).toBe(past.length);
  });

  it("buffers nothing for a consumer that has left its loop", async () => {
    const cluster = await new LibraryCluster<number>(2).start();
    const node = cluster.node("n0");
    const iteration = node.deliveries({ buffer: 1 });
    void node.broadcast(1);
    for await (const _ of iteration) break;
    for (let value = 2; value < 9; value++) void node.broadcast(value);
    expect(await iteration.next()).toEqual({ done: true, value: undefined });
  });
});
