import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import { type NatsTransportOptions, natsTransport } from "../../../src/adapters/nats/nats-transport.js";
import type { DroppedMessages, Transport } from "../../../src/domain/ports/transport.js";
import { eventually } from "../../support/eventually.js";
import { hasNatsServer, TestNatsServer } from "../../support/nats-server.js";

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

async function startServer(...extraArguments: string[]): Promise<TestNatsServer> {
  const server = await TestNatsServer.start(...extraArguments);
  cleanUp.push(() => server.kill());
  return server;
}

/** A file with this content, in its own folder. */
function fileOf(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-nats-"));
  cleanUp.push(async () => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A server with its own configuration. */
const configured = (text: string) => startServer("-c", fileOf("nats.conf", text));

async function attach(server: TestNatsServer, id: string, options: Partial<NatsTransportOptions> = {}) {
  const lines: string[] = [];
  const received: unknown[] = [];
  const log = { line: (text: string) => lines.push(text) };
  const transport = await natsTransport({
    ...(options.connection === undefined && { servers: server.address }),
    ...{ id, log, ...options },
  });
  cleanUp.push(() => transport.close());
  transport.onMessage((from, body) => received.push([from, body]));
  return { transport, lines, received };
}

/** Sends until it arrives, because messages over a broken connection are lost. */
const sendUntilReceived = (from: Transport, to: string, received: readonly unknown[]) =>
  eventually(() => {
    from.send(to, { again: true });
    expect(received.length).toBeGreaterThan(0);
  });

describe.skipIf(!hasNatsServer)("the transport on NATS", () => {
  it("knows that it is closed, for createNode", async () => {
    const server = await startServer();
    const { transport } = await attach(server, "a");
    expect(transport.isClosed).toBe(false);
    await transport.close();
    expect(transport.isClosed).toBe(true);
  });

  it("survives a restart of its server, and then carries messages as before", async () => {
    const server = await startServer();
    const [a, b] = [await attach(server, "a"), await attach(server, "b")];
    a.transport.send("b", { number: 1 });
    await eventually(() => expect(b.received).toEqual([["a", { number: 1 }]]));
    await server.kill();
    await eventually(() => expect(a.lines.join()).toContain("lost the connection"));
    for (let number = 0; number < 100; number++) a.transport.send("b", { number, isLost: true });
    b.received.length = 0;
    await server.start();
    await sendUntilReceived(a.transport, "b", b.received);
    expect(b.received[0]).toEqual(["a", { again: true }]);
    expect(a.lines.at(-1)).toMatch(/^reconnected to the NATS server .*; \d{3,} messages were lost meanwhile$/);
  });

  it("closes without waiting while its server is away", async () => {
    const server = await startServer();
    const { transport, lines } = await attach(server, "a");
    await server.kill();
    await eventually(() => expect(lines.join()).toContain("lost the connection"));
    const dropped: DroppedMessages[] = [];
    transport.onDropped((messages) => dropped.push(messages));
    transport.send("b", {});
    expect(dropped).toEqual([{ member: "b", count: 1, reason: "the NATS server is not connected" }]);
    await transport.close();
    expect(transport.connection.isClosed()).toBe(true);
  });

  it("takes its limit from the server, and logs dropped messages", async () => {
    const server = await configured("max_payload: 2000");
    const [a, b] = [await attach(server, "a"), await attach(server, "b")];
    expect(a.transport.maxMessageBytes).toBe(2000);
    const dropped: DroppedMessages[] = [];
    a.transport.onDropped((messages) => dropped.push(messages));
    a.transport.send("b", { text: "x".repeat(2000) });
    a.transport.send("b", { text: "x".repeat(1900) });
    await eventually(() => expect(b.received).toHaveLength(1));
    expect(a.lines).toEqual([expect.stringMatching(/^dropped a message to b: its 2011 bytes exceed .* 2000/)]);
    expect(dropped).toEqual([{ member: "b", count: 1, reason: expect.stringContaining("its 2011 bytes exceed") }]);
  });

  it("bounds messages in flight: the rest of a flood is lost and reported, and later ones arrive", async () => {
    const server = await startServer();
    const [a, b] = [await attach(server, "a", { maxQueuedBytes: 100_000 }), await attach(server, "b")];
    const reasons = new Map<string, number>();
    a.transport.onDropped(({ reason, count }) => reasons.set(reason, (reasons.get(reason) ?? 0) + count));
    const flood = (name: string) => {
      for (let number = 0; number < 1000; number++) a.transport.send("b", { name, text: "x".repeat(1000) });
    };
    const arrived = (name: string) => b.received.filter((entry) => JSON.stringify(entry).includes(name)).length;
    flood("first");
    await eventually(() => expect(arrived("first")).toBeGreaterThan(80));
    await a.transport.connection.flush();
    const reason = "the queue for the NATS server is full";
    await eventually(() => expect([...reasons]).toEqual([[reason, 1000 - arrived("first")]]));
    expect(arrived("first")).toBeLessThan(100);
    flood("second");
    await eventually(() => expect(arrived("second")).toBeGreaterThan(80));
  });

  it("leaves a given connection open, with no listener on it", async () => {
    const server = await startServer();
    const connection = await connect({ servers: server.address });
    cleanUp.push(() => connection.close());
    const { listeners } = (connection as unknown as { protocol: { listeners: unknown[] } }).protocol;
    const transport = await natsTransport({ id: "a", connection });
    expect(listeners).toHaveLength(1);
    await transport.close();
    expect(connection.isClosed()).toBe(false);
    await eventually(() => expect(listeners).toHaveLength(0));
  });

  it("keeps clusters with different prefixes apart", async () => {
    const server = await startServer();
    const a = await attach(server, "a", { prefix: "one" });
    const b = await attach(server, "b", { prefix: "two" });
    const c = await attach(server, "b", { prefix: "one" });
    a.transport.send("b", { to: "one" });
    await eventually(() => expect(c.received).toHaveLength(1));
    expect(b.received).toEqual([]);
  });

  it("drops messages that are not JSON, and logs them", async () => {
    const server = await startServer();
    const [a, b] = [await attach(server, "a"), await attach(server, "b")];
    a.transport.connection.publish("tidecast.node.b.a", "{");
    a.transport.send("b", {});
    await eventually(() => expect(b.received).toEqual([["a", {}]]));
    expect(b.lines).toEqual(["dropped a message on tidecast.node.b.a: it is not JSON"]);
  });

  it("passes credentials on, and fails at once if they are wrong or no server answers", async () => {
    const server = await startServer("--user", "tide", "--pass", "cast");
    const options = { servers: server.address, id: "a" };
    await expect(natsTransport(options)).rejects.toThrow(/authorization/i);
    const { transport } = await attach(server, "a", { connectionOptions: { user: "tide", pass: "cast" } });
    expect(transport.maxMessageBytes).toBe(2 ** 20);
    await server.kill();
    await expect(natsTransport(options)).rejects.toThrow(
      `cannot connect to NATS at ${server.address}: connection refused`,
    );
  });

  it("passes TLS options on, and does not talk to a server that it cannot verify", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
      keyType: "ec",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
    });
    const files = { cert: fileOf("cert.pem", cert), key: fileOf("key.pem", key) };
    const server = await configured(`tls { cert_file: "${files.cert}", key_file: "${files.key}" }`);
    const options = { servers: `localhost:${server.port}`, id: "a" };
    await expect(natsTransport(options)).rejects.toThrow(/self-signed|certificate/);
    const [a, b] = [
      await attach(server, "a", { ...options, connectionOptions: { tls: { ca: cert } } }),
      await attach(server, "b", { ...options, id: "b", connectionOptions: { tls: { ca: cert } } }),
    ];
    a.transport.send("b", { secret: true });
    await eventually(() => expect(b.received).toEqual([["a", { secret: true }]]));
  });

  it("loses messages over a drained or closed connection without an error", async () => {
    const server = await startServer();
    const connection = await connect({ servers: server.address });
    const transport = await natsTransport({ id: "a", connection });
    const drained = connection.drain();
    transport.send("b", {});
    await drained;
    transport.send("b", {});
    await transport.close();
  });

  it("logs once that the application has closed the connection, and gives it as the reason for dropped messages", async () => {
    const server = await startServer();
    const connection = await connect({ servers: server.address });
    const { transport, lines } = await attach(server, "a", { connection });
    const reasons: string[] = [];
    transport.onDropped(({ reason }) => reasons.push(reason));
    await connection.close();
    transport.send("b", {});
    await eventually(() =>
      expect(lines).toEqual([
        expect.stringMatching(/^the connection to the NATS server 127\.0\.0\.1:\d+ was closed, so this/),
      ]),
    );
    expect(reasons).toEqual(["the NATS connection was closed"]);
  });

  it("logs that the client has closed the connection after too many attempts to reconnect", async () => {
    const server = await startServer();
    const connection = await connect({ servers: server.address, maxReconnectAttempts: 2, reconnectTimeWait: 10 });
    const { lines } = await attach(server, "a", { connection });
    await server.kill();
    await eventually(() =>
      expect(lines.join("\n")).toMatch(/lost the connection to the NATS server .*\nthe connection to .* was closed/),
    );
  });

  it("logs nothing when the transport closes its own connection", async () => {
    const server = await startServer();
    const { transport, lines } = await attach(server, "a");
    await transport.close();
    expect(transport.connection.isClosed()).toBe(true);
    expect(lines).toEqual([]);
  });

  it("lets the server's permissions prevent members from posing as others", async () => {
    const server = await configured(`
      authorization { users: [
        { user: a, password: a, permissions: { publish: ["tidecast.node.*.a"], subscribe: ["tidecast.node.a.*"] } }
        { user: b, password: b, permissions: { publish: ["tidecast.node.*.b"], subscribe: ["tidecast.node.b.*"] } }
      ] }`);
    const as = (user: string) => ({ connectionOptions: { user, pass: user } });
    const [a, b] = [await attach(server, "a", as("a")), await attach(server, "b", as("b"))];
    b.transport.connection.publish("tidecast.node.a.c", '{"forged":true}');
    b.transport.send("a", { forged: false });
    await eventually(() => expect(a.received).toEqual([["b", { forged: false }]]));
    await eventually(() => expect(b.lines.join()).toMatch(/reports an error.*tidecast\.node\.a\.c/i));
  });
});
