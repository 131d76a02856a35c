import { describe, expect, expectTypeOf, it } from "vitest";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { composeBroadcastNode } from "../../../src/composition/node.js";
import {
  type Codec,
  createNode,
  type Delivery,
  type JsonValue,
  jsonCodec,
  type Missed,
  richCodec,
  type Topic,
  type UndecodableValue,
} from "../../../src/library/index.js";
import { FakeClock, MemoryNetwork, SeededRandom } from "../../../src/library/testing.js";
import { LibraryCluster } from "../support/library-cluster.js";

const MINUTE = 60_000;

/** Rejects values that are no multiples of ten. */
const tens: Codec<number> = {
  encode: (value) => value,
  decode: (json) => {
    if (typeof json !== "number" || json % 10 !== 0) throw new Error("not a multiple of ten");
    return json;
  },
};

/** The values of all deliveries to a topic from now on. */
function deliveriesOf<Value>(topic: Topic<Value>): Value[] {
  const values: Value[] = [];
  topic.on("delivery", ({ value }) => values.push(value));
  return values;
}

const IDS = ["n0", "n1", "n2"] as const;

describe("topics", () => {
  it.each(["eager", "default"] as const)(
    "carry their values to every member, apart from those of the node and of other topics (budget %s)",
    async (budget) => {
      const cluster = await new LibraryCluster<JsonValue>(3, { budget }).start();
      const heard = IDS.map((id) => ({
        orders: deliveriesOf(cluster.node(id).topic("orders")),
        users: deliveriesOf(cluster.node(id).topic("users")),
      }));
      void cluster.node("n0").broadcast("of the node");
      void cluster.node("n0").topic("orders").broadcast({ id: 17 });
      void cluster.node("n1").topic("users").broadcast("ann");
      void cluster.node("n2").topic("orders").broadcast({ id: 18 });
      cluster.run(5_000);
      for (const [index, id] of IDS.entries()) {
        const node = cluster.node(id);
        const byId = (list: JsonValue[]) => list.map((order) => (order as { id: number }).id).sort();
        expect(byId(node.topic("orders").values())).toEqual([17, 18]);
        expect(node.topic("users").values()).toEqual(["ann"]);
        expect(node.values()).toEqual(["of the node"]);
        expect(byId(heard[index]?.orders ?? [])).toEqual([17, 18]);
        expect(heard[index]?.users).toEqual(["ann"]);
        expect(cluster.toldTo(id).deliveries.map(({ value }) => value)).toEqual(["of the node"]);
        expect(node.stats().values).toBe(4);
        expect(node.topics()).toEqual([
          { name: "orders", values: 2 },
          { name: "users", values: 1 },
        ]);
        expect(node.topic("users").has("ann")).toBe(true);
        expect([node.has("ann"), node.topic("orders").has("ann")]).toEqual([false, false]);
      }
    },
  );

  it("name themselves in their deliveries, and the node's own deliveries have no name", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const deliveries: Delivery<JsonValue>[] = [];
    const n1 = cluster.node("n1");
    n1.on("delivery", (delivery) => deliveries.push(delivery));
    n1.topic("orders").on("delivery", (delivery) => deliveries.push(delivery));
    void cluster.node("n0").broadcast("own");
    void cluster.node("n0").topic("orders").broadcast("first");
    cluster.run(1000);
    const [own, first] = deliveries;
    expect(own).toEqual({ value: "own", member: "n0", author: expect.any(String), number: 1 });
    expect(first).toEqual({ value: "first", member: "n0", author: own?.author, number: 2, topic: "orders" });
  });

  it("have the same value separately, with identity content", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const n0 = cluster.node("n0");
    const heard = deliveriesOf(cluster.node("n1").topic("a"));
    for (const target of [n0, n0.topic("a"), n0.topic("a"), n0.topic("b")]) void target.broadcast("same");
    cluster.run(1000);
    expect(heard).toEqual(["same"]);
    expect(
      cluster
        .node("n1")
        .topics()
        .map(({ values }) => values),
    ).toEqual([1, 1]);
    expect(cluster.node("n1").values()).toEqual(["same"]);
  });

  it("lose nothing that came before they were opened", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    void cluster.node("n0").topic("orders").broadcast("early");
    cluster.run(1000);
    expect(cluster.node("n1").topics()).toEqual([{ name: "orders", values: 1 }]);
    const late = cluster.node("n1").topic("orders");
    expect(late.values()).toEqual(["early"]);
    const fromNow = late.deliveries();
    const fromStart = late.deliveries({ past: true });
    void cluster.node("n0").topic("orders").broadcast("later");
    cluster.run(1000);
    await cluster.node("n1").close();
    const valuesOf = async (feed: AsyncIterable<Delivery<JsonValue>>) => {
      const values: JsonValue[] = [];
      for await (const { value } of feed) values.push(value);
      return values;
    };
    expect(await valuesOf(fromNow)).toEqual(["later"]);
    expect(await valuesOf(fromStart)).toEqual(["early", "later"]);
    expect(await valuesOf(late)).toEqual([]);
  });

  it("are there again after a restart with a journal, and bring what came meanwhile", async () => {
    const cluster = await new LibraryCluster<JsonValue>(3, {}, true).start();
    void cluster.node("n1").topic("orders").broadcast("stored");
    void cluster.node("n1").broadcast({ "tidecast:orders": "no order" });
    cluster.run(2000);
    cluster.crash("n1");
    void cluster.node("n0").topic("orders").broadcast("meanwhile");
    cluster.run(5000);
    const again = await cluster.startNode("n1");
    expect(again.topic("orders").values()).toEqual(["stored"]);
    const heard = deliveriesOf(again.topic("orders"));
    cluster.run(10_000);
    expect(heard).toEqual(["meanwhile"]);
    expect(again.topic("orders").values()).toEqual(["stored", "meanwhile"]);
    expect(again.values()).toEqual([{ "tidecast:orders": "no order" }]);
  });

  it("are not shown before their value is durable, as the node's own", async () => {
    const cluster = await new LibraryCluster<JsonValue>(1, {}, true).start();
    const topic = cluster.node("n0").topic("orders");
    const heard = deliveriesOf(topic);
    const stored = topic.broadcast(1);
    expect([topic.values(), topic.has(1), heard]).toEqual([[], false, []]);
    cluster.run(100);
    await stored;
    expect([topic.values(), topic.has(1), heard]).toEqual([[1], true, [1]]);
  });

  it("do not take a value of the application for one of theirs", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const lookalikes = [{ "tidecast:orders": 1 }, { "tidecast:": { "tidecast:orders": 2 } }, { "tidecast:": 3 }];
    for (const value of lookalikes) await cluster.node("n0").broadcast(value);
    await cluster.node("n0").topic("orders").broadcast({ "tidecast:users": 4 });
    cluster.run(1000);
    const n1 = cluster.node("n1");
    expect(n1.values()).toEqual(lookalikes);
    expect(cluster.toldTo("n1").deliveries.map(({ value }) => value)).toEqual(lookalikes);
    expect(n1.topic("orders").values()).toEqual([{ "tidecast:users": 4 }]);
    expect(n1.topics()).toEqual([{ name: "orders", values: 1 }]);
    for (const value of lookalikes) expect(n1.has(value)).toBe(true);
  });

  it("wait for members, room and the journal as the node does, and end with it", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2, { backlog: { maxValues: 1 } }).start();
    const topic = cluster.node("n0").topic("orders");
    const confirmed = topic.broadcast(1, { ack: "all" });
    cluster.run(3000);
    await confirmed;
    cluster.cutOff.add("n1");
    const unconfirmed = expect(topic.broadcast(2, { ack: "all" })).rejects.toMatchObject({
      code: "TIDECAST_NOT_CONFIRMED",
    });
    await expect(topic.broadcast(3, { wait: false })).rejects.toMatchObject({ code: "TIDECAST_BACKLOG_FULL" });
    cluster.run(10_000);
    await unconfirmed;
    const feed = topic.deliveries();
    await cluster.node("n0").close();
    expect(await feed.next()).toEqual({ done: true, value: undefined });
    await expect(topic.broadcast(4)).rejects.toMatchObject({ code: "TIDECAST_NODE_CLOSED" });
    expect(topic.values()).toEqual([1, 2]);
  });

  it("count their envelope towards the size of a message", async () => {
    const cluster = await new LibraryCluster<JsonValue>(1).start();
    const node = cluster.node("n0");
    const attempt = (text: string) =>
      node.broadcast(text).then(
        () => text.length,
        () => undefined,
      );
    let [fits, tooLarge] = [1, 2 ** 24];
    while (tooLarge - fits > 1) {
      const middle = (fits + tooLarge) >> 1;
      if ((await attempt("x".repeat(middle))) === undefined) tooLarge = middle;
      else fits = middle;
    }
    const envelope = JSON.stringify({ "tidecast:orders": "" }).length - JSON.stringify("").length;
    const topic = node.topic("orders");
    await topic.broadcast("y".repeat(fits - envelope));
    await expect(topic.broadcast("y".repeat(fits - envelope + 1))).rejects.toMatchObject({
      code: "TIDECAST_VALUE_TOO_LARGE",
    });
  });

  it("carry values as deep as the node does", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const deep = (levels: number) => Array.from({ length: levels }).reduce<JsonValue>((inner) => [inner], 1);
    await cluster.node("n0").topic("orders").broadcast(deep(1000));
    await expect(cluster.node("n0").topic("orders").broadcast(deep(1001))).rejects.toThrow("more than 1000 levels");
    cluster.run(1000);
    expect(cluster.node("n1").topic("orders").has(deep(1000))).toBe(true);
    expect(cluster.toldTo("n1").lines).toEqual([]);
  });

  it("reach a member of an earlier version as objects with one key, and its values are the node's own", async () => {
    const clock = new FakeClock();
    const network = new MemoryNetwork(clock, () => 10);
    const [members, random, log] = [["new", "old"], new SeededRandom(1), { event: () => {} }];
    const node = await createNode({ id: "new", members, transport: network.attach("new"), clock, random });
    // The engine without the library.
    const ports = { transport: network.attach("old"), clock, random: random.fork(), log };
    const old = composeBroadcastNode(resolveSettings({ preset: "default" }), ports, { self: "old", members }, 1);
    ports.transport.onMessage((from, body) => old.receive(from, body));
    old.start(new Map());
    await node.topic("orders").broadcast({ id: 17 });
    await node.broadcast({ "tidecast:orders": 1 });
    for (const value of [{ plain: 1 }, { "tidecast:orders": 2, b: 3 }]) old.broadcast(value, () => {});
    clock.advance(5_000);
    expect(old.values()).toEqual(
      expect.arrayContaining([{ "tidecast:orders": { id: 17 } }, { "tidecast:": { "tidecast:orders": 1 } }]),
    );
    expect(node.values()).toEqual(expect.arrayContaining([{ plain: 1 }, { "tidecast:orders": 2, b: 3 }]));
    expect(node.topic("orders").values()).toEqual([{ id: 17 }]);
    old.stop();
    await node.close();
  });

  it("cost no message more than values of the node", async () => {
    const messagesFor = async (named: boolean) => {
      const cluster = await new LibraryCluster<JsonValue>(3, { budget: "default" }).start();
      for (let value = 0; value < 60; value++) {
        const node = cluster.node(`n${value % 3}`);
        void (named ? node.topic(`topic-${value % 7}`) : node).broadcast(value);
        cluster.run(100);
      }
      cluster.run(5000);
      return IDS.map((id) => cluster.node(id).stats().sent.messages);
    };
    expect(await messagesFor(true)).toEqual(await messagesFor(false));
  });
});

describe("the codec of a topic", () => {
  it("is its own, with its own type", async () => {
    const cluster = await new LibraryCluster<string>(2).start();
    const topic = (id: string) => cluster.node(id).topic<{ at: Date }>("dates", { codec: richCodec });
    await topic("n0").broadcast({ at: new Date(0) });
    cluster.run(1000);
    expectTypeOf(topic("n1").values()).toEqualTypeOf<{ at: Date }[]>();
    expect(topic("n1").values()).toEqual([{ at: new Date(0) }]);
    await expect(cluster.node("n0").topic<Date>("plain").broadcast(new Date())).rejects.toMatchObject({
      code: "TIDECAST_INVALID_VALUE",
    });
    // A codec says which values a topic has.
    expectTypeOf(cluster.node("n0").topic("tens", { codec: tens })).toEqualTypeOf<Topic<number>>();
    expectTypeOf(cluster.node("n0").topic("any")).toEqualTypeOf<Topic<JsonValue>>();
  });

  it("gives every consumer its own copy", async () => {
    const cluster = await new LibraryCluster<JsonValue>(1).start();
    const topic = cluster.node("n0").topic<number[]>("lists");
    const [first, second] = [deliveriesOf(topic), deliveriesOf(topic)];
    await topic.broadcast([1]);
    first[0]?.push(2);
    topic.values()[0]?.push(3);
    expect([second, topic.values()]).toEqual([[[1]], [[1]]]);
  });

  it("reports a value that it cannot decode with its topic and author, once, and passes on the others", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const [n0, n1] = [cluster.node("n0"), cluster.node("n1")];
    const topic = n1.topic("tens", { codec: tens });
    const heard = deliveriesOf(topic);
    const errors: { of: string; error: unknown }[] = [];
    n1.on("error", (error) => errors.push({ of: "node", error }));
    topic.on("error", (error) => errors.push({ of: "topic", error }));
    n1.topic("other").on("error", (error) => errors.push({ of: "other", error }));
    for (const value of [10, 13, 20]) await n0.topic("tens").broadcast(value);
    cluster.run(1000);
    expect(heard).toEqual([10, 20]);
    expect([topic.values(), topic.values()]).toEqual([
      [10, 20],
      [10, 20],
    ]);
    expect(errors.map(({ of }) => of)).toEqual(["node", "topic"]);
    const problem = {
      code: "TIDECAST_UNDECODABLE_VALUE",
      topic: "tens",
      member: "n0",
      author: expect.stringMatching(/^n0@/),
      number: 2,
      cause: expect.objectContaining({ message: "not a multiple of ten" }),
    };
    for (const { error } of errors) expect(error).toMatchObject(problem);
    expect(cluster.toldTo("n1").lines).toEqual([
      expect.stringMatching(/^number 2 of n0@\d+ of topic tens was not delivered, because .*: not a multiple of ten$/),
    ]);
  });

  it("reports a value that only a read finds with its author as well", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const topic = cluster.node("n1").topic("tens", { codec: tens });
    const errors: UndecodableValue[] = [];
    topic.on("error", (error) => errors.push(error));
    for (const value of [11, 12]) await cluster.node("n0").topic("tens").broadcast(value);
    cluster.run(1000);
    expect(errors).toEqual([]);
    expect(topic.values()).toEqual([]);
    expect(errors.map(({ member, number }) => [member, number])).toEqual([
      ["n0", 1],
      ["n0", 2],
    ]);
    expect(errors[0]?.message).toMatch(/^a value of topic tens is missing from values\(\), because the codec cannot/);
  });
});

describe("opening a topic", () => {
  it("gives the same one each time", async () => {
    const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
    const topic = node.topic("tens", { codec: tens, retain: { maxCount: 10 } });
    expect(node.topic("tens")).toBe(topic);
    expect(node.topic("tens", { codec: tens, retain: { maxCount: 10 } })).toBe(topic);
    const open = "topic tens is open already, with another";
    expect(() => node.topic("tens", { codec: jsonCodec })).toThrow(
      `${open} codec or none; pass the same in every call`,
    );
    for (const retain of [{ maxCount: 11 }, { maxAge: 10 }, { maxCount: 10, maxAge: 1 }])
      expect(() => node.topic("tens", { retain })).toThrow(`${open} retain or none; pass the same in every call`);
    node.topic("plain");
    expect(() => node.topic("plain", { retain: { maxCount: 1 } })).toThrow("topic plain is open already");
    expect(node.topic("plain", { codec: jsonCodec })).toBe(node.topic("plain"));
  });

  it.each(["", " a", "a b", "-a", "*", "ä", "a".repeat(101), "a\n", 5, undefined])(
    "rejects the name %j",
    async (name) => {
      const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
      expect(() => node.topic(name as string)).toThrow(/^the name of a topic must be a string of 1 to 100 letters/);
    },
  );

  it.each(["a", "Orders.created", "cache/users:v2", "x_y-z", "7", "a".repeat(100), "constructor"])(
    "accepts the name %j",
    async (name) => {
      const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
      await node.topic(name).broadcast(1);
      expect(node.topics()).toEqual([{ name, values: 1 }]);
    },
  );

  it("rejects options that it does not have", async () => {
    const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
    expect(() => node.topic("a", { kodec: jsonCodec } as never)).toThrow("topic has no option kodec");
    expect(() => node.topic("a", { codec: {} as never })).toThrow("topic's option codec must be a Codec");
    expect(() => node.topic("a", { retain: {} })).toThrow("topic's option retain must be { maxAge, maxCount }");
    expect(node.topics()).toEqual([]);
  });
});

describe("the retention of a topic", () => {
  it("deletes its values only, however many others there are", async () => {
    const cluster = await new LibraryCluster<number>(3).start();
    for (const id of IDS) cluster.node(id).topic("short", { retain: { maxCount: 20 } });
    for (let value = 0; value < 300; value++) {
      const node = cluster.node(`n${value % 3}`);
      void node.broadcast(value);
      void node.topic("short").broadcast(value);
      void node.topic("long").broadcast(value);
      cluster.run(10_000);
    }
    cluster.run(10 * MINUTE);
    for (const id of IDS) {
      const node = cluster.node(id);
      const short = node.topic<number>("short").values();
      expect([node.values().length, node.topic("long").values().length]).toEqual([300, 300]);
      // A tenth more than the limit may stay.
      expect(short.length).toBeGreaterThanOrEqual(20);
      expect(short.length).toBeLessThanOrEqual(22);
      expect(short).toEqual(Array.from({ length: short.length }, (_, index) => 300 - short.length + index));
    }
  });

  it("keeps its values longer than the node keeps others, by age and by number", async () => {
    const retain = { maxAge: 10 * MINUTE, maxCount: 100 };
    const cluster = await new LibraryCluster<number>(2, { retain }).start();
    for (const id of ["n0", "n1"]) {
      cluster.node(id).topic("long", { retain: { maxAge: 60 * MINUTE } });
      cluster.node(id).topic("many", { retain: { maxCount: 1_000 } });
    }
    for (let value = 0; value < 500; value++)
      for (const topic of ["long", "many", "usual"]) void cluster.node("n0").topic<number>(topic).broadcast(value);
    void cluster.node("n1").broadcast(0);
    cluster.run(30 * MINUTE);
    const counts = () =>
      ["n0", "n1"].map((id) => ["long", "many", "usual"].map((name) => cluster.node(id).topic(name).values().length));
    expect(counts()).toEqual([
      [500, 500, 0],
      [500, 500, 0],
    ]);
    cluster.run(60 * MINUTE);
    expect(counts()).toEqual([
      [0, 500, 0],
      [0, 500, 0],
    ]);
    expect(cluster.node("n0").values()).toEqual([]);
  });

  it("holds for values that came before the topic was opened, and not on members that opened it without", async () => {
    const cluster = await new LibraryCluster<number>(3).start();
    for (let value = 0; value < 50; value++) void cluster.node("n2").topic<number>("a").broadcast(value);
    cluster.run(20 * MINUTE);
    for (const id of ["n0", "n1"])
      expect(
        cluster
          .node(id)
          .topic("a", { retain: { maxAge: 10 * MINUTE } })
          .values(),
      ).toHaveLength(50);
    cluster.run(5 * MINUTE);
    expect(IDS.map((id) => cluster.node(id).topic("a").values().length)).toEqual([0, 0, 50]);
    // The values do not come back, and no member reports them as missed.
    cluster.run(60 * MINUTE);
    expect(IDS.map((id) => cluster.node(id).topic("a").values().length)).toEqual([0, 0, 50]);
    for (const id of IDS) expect(cluster.toldTo(id).missed).toEqual([]);
  });

  it("tells every topic of values that were deleted before they came", async () => {
    const cluster = await new LibraryCluster<number>(3).start();
    for (const id of IDS) cluster.node(id).topic("short", { retain: { maxAge: 10 * MINUTE } });
    const missed: Missed[] = [];
    cluster
      .node("n2")
      .topic("other")
      .on("missed", (news) => missed.push(news));
    cluster.run(MINUTE);
    cluster.cutOff.add("n2");
    for (let value = 0; value < 30; value++) {
      void cluster.node("n0").topic<number>("short").broadcast(value);
      void cluster.node("n0").broadcast(value);
      cluster.run(MINUTE);
    }
    cluster.cutOff.clear();
    cluster.run(10 * MINUTE);
    expect(cluster.node("n2").values()).toHaveLength(30);
    const count = missed.reduce((sum, news) => sum + news.count, 0);
    expect(count).toBeGreaterThan(10);
    expect(cluster.toldTo("n2").missed).toEqual(missed);
  });
});
