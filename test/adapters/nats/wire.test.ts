import { connect } from "@nats-io/transport-node";
import { afterEach, describe, expect, it } from "vitest";
import { type NatsTransportOptions, natsTransport } from "../../../src/adapters/nats/nats-transport.js";
import { eventually } from "../../support/eventually.js";
import { hasNatsServer, TestNatsServer } from "../../support/nats-server.js";

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const probe = (number: number) => ({ type: "probe", incarnation: 1_838_492_391_617_044, number });

/** A server, and all payloads from `a` to `b`. */
async function start() {
  const server = await TestNatsServer.start();
  cleanUp.push(() => server.kill());
  const connection = await connect({ servers: server.address });
  cleanUp.push(() => connection.close());
  const payloads: Uint8Array[] = [];
  connection.subscribe("tidecast.node.b.a", { callback: (_, { data }) => void payloads.push(data) });
  await connection.flush();
  const attach = async (id: string, options: Partial<NatsTransportOptions> = {}) => {
    const [lines, received]: [string[], unknown[]] = [[], []];
    const log = { line: (text: string) => lines.push(text) };
    const transport = await natsTransport({ servers: server.address, id, log, ...options });
    cleanUp.push(() => transport.close());
    transport.onMessage((_, body) => received.push(body));
    return { transport, lines, received };
  };
  return { attach, payloads, connection };
}

const isJson = (payload: Uint8Array) => payload[0] === "{".charCodeAt(0);

describe.skipIf(!hasNatsServer)("the form of messages on NATS", () => {
  it("is compact once the other has shown that it reads it, and smaller than half", async () => {
    const { attach, payloads } = await start();
    const [a, b] = [await attach("a"), await attach("b")];
    a.transport.send("b", probe(1));
    await eventually(() => expect(b.received).toEqual([probe(1)]));
    b.transport.send("a", probe(1));
    await eventually(() => expect(a.received).toEqual([probe(1)]));
    a.transport.send("b", probe(2));
    a.transport.send("b", { type: "unknown", key: 1 });
    await eventually(() => expect(b.received).toEqual([probe(1), probe(2), { type: "unknown", key: 1 }]));
    await eventually(() => expect(payloads.map(isJson)).toEqual([true, false, true]));
    expect(payloads[1]?.length).toBeLessThan((payloads[0]?.length ?? 0) / 2);
    expect([...a.lines, ...b.lines]).toEqual([]);
  });

  it("becomes compact for a member that only listens", async () => {
    const { attach, payloads } = await start();
    const [a, b] = [await attach("a"), await attach("b")];
    for (let number = 1; number <= 2; number++) a.transport.send("b", probe(number));
    await eventually(() => expect(b.received).toHaveLength(2));
    await eventually(() => {
      a.transport.send("b", probe(3));
      expect(payloads.map(isJson)).toContain(false);
    });
    expect(a.received).toEqual([]);
    expect([...a.lines, ...b.lines]).toEqual([]);
  });

  it.each([
    ["compact", "json"],
    ["json", "compact"],
    ["json", "json"],
  ] as const)("is JSON between a member of %s and one of %s", async (one, other) => {
    const { attach, payloads } = await start();
    const [a, b] = [await attach("a", { wire: one }), await attach("b", { wire: other })];
    for (let number = 1; number <= 5; number++) {
      a.transport.send("b", probe(number));
      b.transport.send("a", probe(number));
      await eventually(() => expect([a.received.length, b.received.length]).toEqual([number, number]));
    }
    await eventually(() => expect(payloads.map(isJson)).toEqual(new Array(5).fill(true)));
    expect(b.received).toEqual([1, 2, 3, 4, 5].map(probe));
    expect([...a.lines, ...b.lines]).toEqual([]);
  });

  it("is JSON again when the member restarts as an older version and speaks", async () => {
    const { attach, payloads } = await start();
    const [a, b] = [await attach("a"), await attach("b")];
    b.transport.send("a", probe(1));
    await eventually(() => expect(a.received).toHaveLength(1));
    a.transport.send("b", probe(1));
    await eventually(() => expect(payloads.map(isJson)).toEqual([false]));
    await b.transport.close();
    const old = await attach("b", { wire: "json" });
    old.transport.send("a", probe(2));
    await eventually(() => expect(a.received).toHaveLength(2));
    a.transport.send("b", probe(2));
    await eventually(() => expect(old.received).toEqual([probe(2)]));
    await eventually(() => expect(payloads.map(isJson)).toEqual([false, true]));
  });

  it("of JSON that fills a message has no mark, so that it still fits", async () => {
    const { attach, payloads } = await start();
    const [a, b] = [await attach("a"), await attach("b")];
    const overhead = JSON.stringify({ type: "x", text: "" }).length;
    for (const spare of [0, 1]) {
      const body = { type: "x", text: "y".repeat(a.transport.maxMessageBytes - overhead - spare) };
      a.transport.send("b", body);
    }
    await eventually(() => expect(b.received).toHaveLength(2));
    await eventually(() => expect(payloads.map((payload) => payload.length)).toEqual([2 ** 20, 2 ** 20]));
    expect(payloads.map((payload) => payload.at(-1))).toEqual([0x7d, 0x20]);
  });

  it.each([
    ["a dictionary without a message", [0x10, 2, 0, 0], "it is incomplete"],
    ["a dictionary only", [0x10, 4, 0, 0, 1, 97], "it has no message"],
    ["an undefined name", [0x10, 4, 0, 0, 1, 97, 4, 2, 8, 9], "the name 9 is not defined"],
    ["a length beyond its end", [0x10, 100, 0], "it is incomplete"],
  ])("that is malformed is dropped with a line: %s", async (_, bytes, problem) => {
    const { attach, connection } = await start();
    const b = await attach("b");
    connection.publish("tidecast.node.b.a", Uint8Array.from(bytes));
    await eventually(() =>
      expect(b.lines).toEqual([expect.stringMatching(/^dropped a message on tidecast\.node\.b\.a: /)]),
    );
    if (problem !== "it is incomplete") expect(b.lines[0]).toContain(problem);
    expect(b.received).toEqual([]);
  });
});
