import { describe, expect, it } from "vitest";
import type { TidecastNode } from "../../src/library/index.js";
import { eventually } from "../support/eventually.js";
import { EventClient } from "./support/event-client.js";
import { post, serve, servePair } from "./support/servers.js";
import { openSocket } from "./support/socket-client.js";

/** A page of `GET /values`. */
interface Page {
  readonly values: { readonly value: unknown; readonly topic?: string }[];
  readonly cursor: string;
  readonly more: boolean;
}

const pageOf = async (url: string, query: string) => (await (await fetch(`${url}/values${query}`)).json()) as Page;
const valuesOf = async (url: string, query: string) => (await pageOf(url, query)).values.map(({ value }) => value);

/** Broadcasts a value of each kind. */
async function fill(node: TidecastNode): Promise<void> {
  await node.topic("orders").broadcast("order 1");
  await node.broadcast("of no topic");
  await node.topic("users").broadcast("ann");
  await node.topic("orders").broadcast("order 2");
}

describe("the parameter topic", () => {
  it("brings a value to the clients of its topic, on all servers, and to programs with the library", async () => {
    const [a, b] = await servePair();
    const [orders, none, all] = [
      await EventClient.open(`${b.url}/events?topic=orders`),
      await EventClient.open(`${b.url}/events`),
      await EventClient.open(`${b.url}/events?topic=*`),
    ];
    expect((await post(`${a.url}/broadcast?topic=orders`, { id: 17 })).status).toBe(200);
    expect((await post(`${a.url}/broadcast`, "plain")).status).toBe(200);
    await eventually(() => expect(all.values).toHaveLength(2));
    await eventually(() =>
      expect(orders.events.map(({ data }) => data)).toMatchObject([{ value: { id: 17 }, topic: "orders" }]),
    );
    await eventually(() => expect(none.values).toEqual(["plain"]));
    expect(none.events[0]?.data).not.toHaveProperty("topic");
    expect(b.node.topic("orders").values()).toEqual([{ id: 17 }]);
    expect(b.node.values()).toEqual(["plain"]);
  });

  it("has the limits that the config file gives the topic, from the start", async () => {
    const { node } = await serve({ topics: { orders: { retain: { maxCount: 9 } } } });
    expect(node.topics()).toEqual([{ name: "orders", values: 0 }]);
    expect(() => node.topic("orders", { retain: { maxCount: 9 } })).not.toThrow();
    expect(() => node.topic("orders", { retain: { maxCount: 8 } })).toThrow(/open already, with another retain/);
  });

  it("selects the values of GET /values, page by page", async () => {
    const { url, node } = await serve();
    await fill(node);
    expect(await valuesOf(url, "?topic=orders")).toEqual(["order 1", "order 2"]);
    expect(await valuesOf(url, "?topic=users")).toEqual(["ann"]);
    expect(await valuesOf(url, "")).toEqual(["of no topic"]);
    expect(await valuesOf(url, "?topic=*")).toEqual(["order 1", "of no topic", "ann", "order 2"]);
    expect(await valuesOf(url, "?topic=others")).toEqual([]);
    const first = await pageOf(url, "?topic=orders&limit=1");
    expect(first).toMatchObject({ values: [{ value: "order 1", topic: "orders" }], more: true });
    const second = await pageOf(url, `?topic=orders&limit=5&after=${first.cursor}`);
    expect(second).toMatchObject({ values: [{ value: "order 2" }], more: false });
    const client = await EventClient.open(`${url}/events?topic=orders&after=${second.cursor}`);
    await node.topic("users").broadcast("bob");
    await node.topic("orders").broadcast("order 3");
    await eventually(() => expect(client.values).toEqual(["order 3"]));
  });

  it("is part of a cursor, which other topics refuse", async () => {
    const { url, node } = await serve();
    await fill(node);
    const { cursor } = await pageOf(url, "?topic=orders");
    for (const [query, words] of [
      ["?", "for the topic orders, and not for the values of no topic"],
      ["?topic=users&", "for the topic orders, and not for the topic users"],
      ["?topic=*&", "for the topic orders, and not for all topics"],
    ])
      for (const route of ["values", "events"]) {
        const answer = await fetch(`${url}/${route}${query}after=${cursor}`);
        expect([answer.status, await answer.json()]).toEqual([
          400,
          expect.objectContaining({
            code: "TIDECAST_INVALID_CURSOR",
            detail: expect.stringContaining(words as string),
          }),
        ]);
      }
  });

  it("follows its topic at another server after a lost connection", async () => {
    const [a, b] = await servePair();
    const first = await EventClient.open(`${a.url}/events?topic=orders`);
    await fill(a.node);
    await eventually(() => expect(first.values).toEqual(["order 1", "order 2"]));
    await first.close();
    await fill(b.node);
    await eventually(() => expect(b.node.stats().values).toBe(8));
    const second = await EventClient.open(`${b.url}/events?topic=orders`, {
      "last-event-id": first.lastEventId as string,
    });
    await eventually(() => expect(second.values).toEqual(["order 1", "order 2"]));
  });

  it("counts for an idempotency key", async () => {
    const { url, node } = await serve();
    const send = (topic: string) => post(`${url}/broadcast${topic}`, 1, { "idempotency-key": "k" });
    const answers = [
      await send("?topic=orders"),
      await send("?topic=orders"),
      await send("?topic=users"),
      await send(""),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 422, 422]);
    expect(node.topics()).toEqual([{ name: "orders", values: 1 }]);
  });

  it.each(["two%20words", "", "*", "a&topic=b", "-", "x".repeat(101)])(
    "of POST /broadcast refuses the name %s",
    async (name) => {
      const { url, node } = await serve();
      const answer = await post(`${url}/broadcast?topic=${name}`, 1);
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({
          code: "TIDECAST_BAD_REQUEST",
          detail: expect.stringMatching(/^the parameter topic/),
        }),
      ]);
      expect(node.stats().values).toBe(0);
    },
  );

  it("holds for a WebSocket, and for what it broadcasts", async () => {
    const [a, b] = await servePair();
    const orders = await openSocket(b.url, {}, "?topic=orders");
    const all = await openSocket(b.url, {}, "?topic=*");
    const none = await openSocket(b.url);
    const sender = await openSocket(a.url, {}, "?topic=orders");
    sender.send({ type: "broadcast", ref: 1, value: "of the stream's topic" });
    sender.send({ type: "broadcast", ref: 2, topic: "users", value: "of another topic" });
    all.send({ type: "broadcast", ref: 3, value: "of no topic" });
    sender.send({ type: "broadcast", ref: 4, topic: "two words", value: "refused" });
    sender.send({ type: "broadcast", ref: 5, topic: 7, value: "of topic 7" });
    const got = (client: typeof orders) =>
      client
        .of("delivery")
        .map(({ value }) => value)
        .sort();
    await eventually(() => expect(got(all)).toEqual(["of another topic", "of no topic", "of the stream's topic"]));
    await eventually(() => expect(got(orders)).toEqual(["of the stream's topic"]));
    await eventually(() => expect(got(none)).toEqual(["of no topic"]));
    expect(orders.of("delivery")).toMatchObject([{ topic: "orders", member: "a" }]);
    await eventually(() => expect(sender.of("problem").map(({ ref }) => ref)).toEqual([4, 5]));
    expect(sender.of("problem")[0]).toMatchObject({
      code: "TIDECAST_BAD_REQUEST",
      detail: expect.stringMatching(/^topic must be a string of 1 to 100 letters/),
    });
  });

  it("gives a quiet client a new cursor now and then", async () => {
    const { url, node } = await serve();
    const client = await EventClient.open(`${url}/events?topic=orders`);
    const socket = await openSocket(url, {}, "?topic=orders");
    await node.topic("users").broadcast("ann");
    const author = expect.stringMatching(/^2;orders;a@[0-9a-z]+:1$/);
    await eventually(() => expect(client.lastEventId).toEqual(author));
    await eventually(() => expect(socket.of("cursor").at(-1)?.cursor).toEqual(author));
    expect([client.events, socket.of("delivery")]).toEqual([[], []]);
  });

  it("costs a server nothing for topics that nobody uses", async () => {
    const { url, node } = await serve();
    for (let count = 0; count < 20; count++) await fetch(`${url}/values?topic=unused-${count}`);
    expect(node.topics()).toEqual([]);
  });
});
