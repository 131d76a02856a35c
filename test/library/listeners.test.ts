import { describe, expect, it } from "vitest";
import {
  type Codec,
  type Delivery,
  InvalidArgument,
  type JsonValue,
  jsonCodec,
  richCodec,
  type TidecastNode,
} from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

interface Order {
  id: number;
  items: number[];
}

const identityCodec: Codec<Order> = { encode: (order) => ({ ...order }), decode: (json) => json as unknown as Order };

function thenable(then: (reject: (error: string) => void) => void): object {
  const name = "then";
  return { [name]: (_: unknown, reject: (error: string) => void) => then(reject) };
}

/** Lets promises that are rejected already be noticed. */
const aWhile = () => new Promise((resolve) => setImmediate(resolve));

describe("the listeners of a node", () => {
  it("may remove themselves and add others during an event: those wait for the next one", async () => {
    const cluster = await new LibraryCluster<number>(1).start();
    const node = cluster.node("n0");
    const heard: string[] = [];
    const listen = (generation: number) => {
      const stop = node.on("delivery", ({ value }) => {
        heard.push(`${generation} hears ${value}`);
        stop();
        listen(generation + 1);
      });
    };
    listen(0);
    for (const value of [1, 2, 3]) void node.broadcast(value);
    expect(heard).toEqual(["0 hears 1", "1 hears 2", "2 hears 3"]);
  });

  it("get the current event even if another one removes them, as with an EventEmitter", async () => {
    const cluster = await new LibraryCluster<number>(1).start();
    const node = cluster.node("n0");
    const heard: number[] = [];
    let stop = () => {};
    node.on("delivery", () => stop());
    stop = node.on("delivery", ({ value }) => heard.push(value));
    for (const value of [1, 2]) void node.broadcast(value);
    expect(heard).toEqual([1]);
  });

  it("may begin iterations, which neither miss nor duplicate a value, and end them", async () => {
    const cluster = await new LibraryCluster<number>(2, { budget: "default" }).start();
    const node = cluster.node("n1");
    const fromNow: AsyncIterableIterator<Delivery<number>>[] = [];
    const fromPast: AsyncIterableIterator<Delivery<number>>[] = [];
    const stop = node.on("delivery", () => {
      stop();
      fromNow.push(node.deliveries());
      fromPast.push(node.deliveries({ past: true }));
      void node.deliveries().return?.();
    });
    // Three at once: the others are waiting to be told when the first one is.
    for (const value of [1, 2, 3]) void cluster.node("n0").broadcast(value);
    cluster.run(10_000);
    await node.close();
    const valuesOf = async (iteration: AsyncIterable<Delivery<number>> | undefined) => {
      const seen: number[] = [];
      for await (const { value } of iteration ?? []) seen.push(value);
      return seen;
    };
    expect(await valuesOf(fromNow[0])).toEqual([2, 3]);
    expect(await valuesOf(fromPast[0])).toEqual([1, 2, 3]);
  });

  it("may close the node, and broadcast to it, while it shuts down", async () => {
    const cluster = await new LibraryCluster<number>(1, {}, true).start();
    const node = cluster.node("n0");
    const answers: Promise<unknown>[] = [];
    node.on("delivery", () => {
      answers.push(
        node.close(),
        node.broadcast(2).catch((error: Error) => error.name),
      );
    });
    const broadcast = node.broadcast(1);
    await node.close();
    await broadcast;
    expect(await Promise.all(answers)).toEqual([undefined, "NodeClosed"]);
    expect(node.values()).toEqual([1]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no room");
      },
      "Error: no room",
    ],
    [
      "is async and rejects",
      async () => {
        throw new Error("no room");
      },
      "Error: no room",
    ],
    ["returns a thenable that rejects", () => thenable((reject) => reject("no")), "no"],
    [
      "returns a thenable that throws",
      () =>
        thenable(() => {
          throw new Error("no then");
        }),
      "Error: no then",
    ],
    [
      "throws what cannot be described",
      () => {
        throw Object.create(null);
      },
      "an error that cannot be described",
    ],
  ])("do not affect others when one %s, and the log says so", async (_, fail, words) => {
    const cluster = await new LibraryCluster<number>(2).start();
    const node = cluster.node("n1");
    const rejections: unknown[] = [];
    const noticed = (reason: unknown) => rejections.push(reason);
    process.on("unhandledRejection", noticed);
    try {
      node.on("delivery", fail);
      const heard: number[] = [];
      node.on("delivery", ({ value }) => heard.push(value));
      void cluster.node("n0").broadcast(1);
      cluster.run(1000);
      await aWhile();
      expect(heard).toEqual([1]);
      expect(cluster.toldTo("n1").lines).toEqual([`a listener for "delivery" failed: ${words}`]);
      expect(rejections).toEqual([]);
    } finally {
      process.off("unhandledRejection", noticed);
    }
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    [
      "is async and rejects",
      async () => {
        throw new Error("disk full");
      },
    ],
  ])("are still called although the log %s", async (_, line) => {
    const cluster = await new LibraryCluster<number>(1, { log: { line } as { line: () => void } }).start();
    const node = cluster.node("n0");
    const heard: number[] = [];
    node.on("delivery", ({ value }) => {
      heard.push(value);
      throw new Error("told to the log");
    });
    for (const value of [1, 2]) await node.broadcast(value);
    await aWhile();
    expect(heard).toEqual([1, 2]);
  });

  it("are rejected for an unknown event, and if they are not functions", async () => {
    const node: TidecastNode<number> = (await new LibraryCluster<number>(1).start()).node("n0");
    expect(() => node.on("delivry" as "delivery", () => {})).toThrow(
      new InvalidArgument(
        'unknown event "delivry"; the events are delivery, missed, member, root, error, ready and dropped',
      ),
    );
    expect(() => node.on("delivery", undefined as never)).toThrow(
      new InvalidArgument('a listener for "delivery" must be a function, but it is undefined'),
    );
  });
});

describe.each<[string, Codec<Order>]>([
  ["jsonCodec", jsonCodec],
  ["richCodec", richCodec],
  ["a codec that returns what it is given", identityCodec],
])("with %s, each consumer has its own copy of a value", (_, codec) => {
  it("so that no listener, iteration, read, journal or member sees a change of another one", async () => {
    const cluster = await new LibraryCluster<Order>(3, { codec }, true).start();
    const given: Order = { id: 1, items: [1] };
    const untouched = { id: 1, items: [1] };
    const spoil = (value: Order) => {
      value.items.push(99);
      value.id = 99;
    };
    const heard: Order[] = [];
    const iterations = ["n0", "n1", "n2"].map((id) => cluster.node(id).deliveries());
    for (const id of ["n0", "n1", "n2"]) {
      cluster.node(id).on("delivery", (delivery) => {
        spoil(delivery.value);
        (delivery as { member: string }).member = "changed";
      });
      cluster
        .node(id)
        .on("delivery", ({ value, member }) => heard.push({ ...value, ...(member !== "n0" && { id: -1 }) }));
    }
    // Values lost now are sent again later, from the sender's copy.
    cluster.cutOff.add("n2");
    void cluster.node("n0").broadcast(given);
    spoil(given);
    cluster.run(5000);
    cluster.cutOff.delete("n2");
    cluster.run(60_000);
    expect(heard).toEqual([untouched, untouched, untouched]);
    for (const [index, iteration] of iterations.entries()) {
      const { value } = await iteration.next();
      expect(value?.value).toEqual(untouched);
      const node = cluster.node(`n${index}`);
      for (const order of node.values()) spoil(order);
      const past = await node.deliveries({ past: true }).next();
      if (past.value !== undefined) spoil(past.value.value);
      expect(node.values()).toEqual([untouched]);
      expect(node.has(untouched)).toBe(true);
    }
    cluster.crash("n1");
    expect((await cluster.startNode("n1")).values()).toEqual([untouched]);
  });
});

describe("values that a codec cannot decode", () => {
  it("are missing from values() and from the past, and the log says so once", async () => {
    const codec: Codec<number> = {
      encode: (value) => value,
      decode: (json: JsonValue) => {
        if (json === 13) throw new Error("unlucky");
        return Number(json);
      },
    };
    const cluster = await new LibraryCluster<number>(1, { codec }).start();
    const node = cluster.node("n0");
    for (const value of [12, 13, 14]) await node.broadcast(value);
    expect([node.values(), node.values()]).toEqual([
      [12, 14],
      [12, 14],
    ]);
    const past = node.deliveries({ past: true });
    expect([(await past.next()).value?.value, (await past.next()).value?.value]).toEqual([12, 14]);
    expect(cluster.toldTo("n0").lines).toHaveLength(1);
  });
});
