import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import * as main from "../../src/library/index.js";
import * as nats from "../../src/library/nats.js";
import * as tcp from "../../src/library/tcp.js";
import { temporaryDirectory } from "../adapters/journal-file/support.js";
import { freePorts } from "../support/free-ports.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";
import { LibraryCluster } from "./support/library-cluster.js";

interface Row {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
}

/** The rows of the table in docs/errors.md. */
const table: Row[] = [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|/gm)].map(
  ([, code, name, parent]) => ({ code, name, parent }) as Row,
);

const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));

describe("the table of error codes", () => {
  it("has every code of the source, and no other", () => {
    const codes = sources("src").flatMap((text) =>
      [...text.matchAll(/readonly code = "(TIDECAST_\w+)"/g)].map(([, code]) => code as string),
    );
    const documented = [
      ...readFileSync("docs/errors.md", "utf8").matchAll(/\| `(TIDECAST_\w+)`|adds `(TIDECAST_\w+)`/g),
    ];
    expect(documented.map(([, inTable, below]) => inTable ?? below).sort()).toEqual(codes.sort());
  });

  it("names exported classes with that code and that parent", () => {
    const exported: Record<string, unknown> = { ...main, ...tcp, ...nats };
    for (const { code, name, parent } of table) {
      const made = Reflect.construct(exported[name] as new () => Error, [{ missing: [] }, new Error("cause")]);
      expect(made).toMatchObject({ code, name });
      expect(Object.getPrototypeOf(exported[name]).name).toBe(parent);
    }
    expect(table.length).toBeGreaterThan(8);
  });

  it("is linked from the README", () => {
    expect(readFileSync("README.md", "utf8")).toContain("(docs/errors.md)");
  });

  it("leaves no error of the library without a code", () => {
    for (const text of sources("src/library")) expect(text).not.toMatch(/throw new (Type|Range|Syntax)?Error\(/);
  });
});

async function node(options: Partial<main.NodeOptions> = {}) {
  const network = new MemoryNetwork(new FakeClock(), () => 1);
  return main.createNode({ id: "a", members: ["a"], transport: network.attach("a"), ...options });
}

/** Any value, in spite of the types. */
const anything = (value: unknown) => value as never;

const small = {
  send: () => {},
  onMessage: () => {},
  close: async () => {},
  maxMessageBytes: 16 * 1024,
};

async function closedNode() {
  const closed = await node();
  await closed.close();
  return closed;
}

async function takenPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Ways to get each error. */
const ways: readonly (readonly [way: string, code: string, attempt: () => unknown])[] = [
  ["createNode without options", "INVALID_OPTIONS", () => main.createNode(anything(undefined))],
  ["createNode with an unknown option", "INVALID_OPTIONS", () => node(anything({ jurnal: "x" }))],
  ["createNode with another's members", "INVALID_OPTIONS", () => node({ members: ["b"] })],
  ["createNode with too large an ack", "INVALID_OPTIONS", () => node({ ack: 2 })],
  ["createNode with an impossible budget", "INVALID_OPTIONS", () => node({ budget: { median: 2, max: 1 } })],
  ["broadcast with null as options", "INVALID_OPTIONS", async () => (await node()).broadcast(1, anything(null))],
  [
    "broadcast with an unknown option",
    "INVALID_OPTIONS",
    async () => (await node()).broadcast(1, anything({ akc: 1 })),
  ],
  ["broadcast with a bigint as ack", "INVALID_OPTIONS", async () => (await node()).broadcast(1, anything({ ack: 1n }))],
  [
    "broadcast with a symbol as ack",
    "INVALID_OPTIONS",
    async () => (await node()).broadcast(1, anything({ ack: Symbol() })),
  ],
  ["broadcast with too large an ack", "INVALID_OPTIONS", async () => (await node()).broadcast(1, { ack: 2 })],
  [
    "broadcast with an endless ackTimeout",
    "INVALID_OPTIONS",
    async () => (await node()).broadcast(1, { ackTimeout: Number.POSITIVE_INFINITY }),
  ],
  [
    "broadcast with a symbol as ackTimeout",
    "INVALID_OPTIONS",
    async () => (await node()).broadcast(1, anything({ ackTimeout: Symbol() })),
  ],
  ["deliveries with an empty buffer", "INVALID_OPTIONS", async () => (await node()).deliveries({ buffer: 0 })],
  [
    "deliveries with a text as buffer",
    "INVALID_OPTIONS",
    async () => (await node()).deliveries(anything({ buffer: "1" })),
  ],
  ["deliveries with null as options", "INVALID_OPTIONS", async () => (await node()).deliveries(anything(null))],
  [
    "deliveries with an unknown option",
    "INVALID_OPTIONS",
    async () => (await node()).deliveries(anything({ passt: true })),
  ],
  [
    "HeartbeatMembership with a short timeout",
    "INVALID_OPTIONS",
    () => new main.HeartbeatMembership("a", anything({}), { interval: 2, timeout: 1 }),
  ],
  ["tcpTransport without options", "INVALID_OPTIONS", () => tcp.tcpTransport(anything(undefined))],
  [
    "tcpTransport without TLS elsewhere",
    "INVALID_OPTIONS",
    () => tcp.tcpTransport({ id: "a", members: { a: "example.org:1" } }),
  ],
  ["natsTransport without options", "INVALID_OPTIONS", () => nats.natsTransport(anything(undefined))],
  ["natsTransport with an id that is too long", "INVALID_OPTIONS", () => nats.natsTransport({ id: "ä".repeat(200) })],
  ["natsMembership without a transport", "INVALID_OPTIONS", () => nats.natsMembership(anything(undefined))],
  ["on with an unknown event", "INVALID_ARGUMENT", async () => (await node()).on(anything("delivry"), () => {})],
  ["on with a symbol as event", "INVALID_ARGUMENT", async () => (await node()).on(anything(Symbol()), () => {})],
  ["on with a bigint as event", "INVALID_ARGUMENT", async () => (await node()).on(anything(1n), () => {})],
  ["topic with a name that none can have", "INVALID_ARGUMENT", async () => (await node()).topic("two words")],
  ["topic with a symbol as name", "INVALID_ARGUMENT", async () => (await node()).topic(anything(Symbol()))],
  ["topic with an unknown option", "INVALID_OPTIONS", async () => (await node()).topic("a", anything({ kodec: 1 }))],
  [
    "topic with another codec than before",
    "INVALID_OPTIONS",
    async () => {
      const opened = await node();
      opened.topic("a");
      opened.topic("a", { codec: main.richCodec });
    },
  ],
  [
    "topic with what its codec cannot encode",
    "INVALID_VALUE",
    async () => (await node()).topic("a").broadcast(anything(1n)),
  ],
  [
    "a value that the codec of a topic cannot decode",
    "UNDECODABLE_VALUE",
    async () => {
      const reader = await node();
      const topic = reader.topic("a", { codec: { encode: () => 1, decode: () => JSON.parse("{") } });
      await topic.broadcast(1);
      await new Promise((_, reject) => {
        reader.on("error", reject);
        topic.values();
      });
    },
  ],
  [
    "topic with a value that does not match its schema",
    "SCHEMA_VIOLATION",
    async () => (await node()).topic("a", { codec: main.standardSchemaCodec(v.string()) }).broadcast(anything(1)),
  ],
  [
    "standardSchemaCodec with an asynchronous schema",
    "INVALID_OPTIONS",
    () =>
      main
        .standardSchemaCodec(
          v.pipeAsync(
            v.string(),
            v.checkAsync(async () => true),
          ),
        )
        .encode("a"),
  ],
  ["standardSchemaCodec without a schema", "INVALID_OPTIONS", () => main.standardSchemaCodec(anything(undefined))],
  ["on without a listener", "INVALID_ARGUMENT", async () => (await node()).on("delivery", anything(undefined))],
  ["broadcast of what JSON does not carry", "INVALID_VALUE", async () => (await node()).broadcast(anything(1n))],
  ["has with what JSON does not carry", "INVALID_VALUE", async () => (await node()).has(anything(new Date()))],
  [
    "broadcast of what a codec makes of it",
    "INVALID_VALUE",
    async () => (await node({ codec: { encode: () => anything(undefined), decode: (json) => json } })).broadcast(1),
  ],
  ["jsonCodec of undefined", "INVALID_VALUE", () => main.jsonCodec.encode(anything(undefined))],
  ["richCodec of a function", "INVALID_VALUE", () => main.richCodec.encode(() => {})],
  ["richCodec of a proxy", "INVALID_VALUE", () => main.richCodec.encode(new Proxy({}, {}))],
  ["richCodec of what it does not write", "INVALID_VALUE", () => main.richCodec.decode("text")],
  ["richCodec of null", "INVALID_VALUE", () => main.richCodec.decode([["Unknown", 1]])],
  [
    "broadcast of a large value",
    "VALUE_TOO_LARGE",
    async () => (await node({ transport: small })).broadcast("x".repeat(20_000)),
  ],
  [
    "broadcast without room",
    "BACKLOG_FULL",
    async () => {
      const cluster = await new LibraryCluster<number>(2, { backlog: { maxValues: 1 } }).start();
      await cluster.node("n0").broadcast(1);
      await cluster.node("n0").broadcast(2, { wait: false });
    },
  ],
  ["createNode with an empty backlog", "INVALID_OPTIONS", () => node({ backlog: { maxBytes: 0 } })],
  [
    "broadcast with a text as wait",
    "INVALID_OPTIONS",
    async () => (await node()).broadcast(1, anything({ wait: "no" })),
  ],
  ["broadcast after close", "NODE_CLOSED", async () => (await closedNode()).broadcast(1)],
  [
    "a journal's folder that is a file",
    "JOURNAL_UNAVAILABLE",
    () => {
      const file = join(temporaryDirectory(), "file");
      writeFileSync(file, "");
      return node({ journal: file });
    },
  ],
  ["a journal's folder that no system can have", "JOURNAL_UNAVAILABLE", () => node({ journal: "a\0b" })],
  [
    "a journal in use",
    "JOURNAL_UNAVAILABLE",
    async () => {
      const journal = temporaryDirectory();
      const first = await node({ journal });
      onTestFinished(() => first.close());
      return node({ journal });
    },
  ],
  [
    "an iteration that falls behind",
    "DELIVERY_OVERFLOW",
    async () => {
      const busy = await node();
      const iteration = busy.deliveries({ buffer: 1 });
      for (const value of [1, 2, 3]) await busy.broadcast(value);
      for await (const _ of iteration);
    },
  ],
  [
    "a broadcast that too few have",
    "NOT_CONFIRMED",
    async () => {
      const cluster = await new LibraryCluster<number>(2).start();
      cluster.cutOff.add("n1");
      const broadcast = cluster.node("n0").broadcast(1, { ack: "all" });
      broadcast.catch(() => {});
      cluster.run(10_000);
      await broadcast;
    },
  ],
  ["an address in use", "CANNOT_LISTEN", async () => tcp.tcpTransport({ id: "a", members: { a: await takenPort() } })],
  [
    "an address of another machine",
    "CANNOT_LISTEN",
    () => tcp.tcpTransport({ id: "a", members: { a: "203.0.113.1:7001" }, allowPlaintext: true }),
  ],
  [
    "no NATS server",
    "CANNOT_CONNECT",
    async () => nats.natsTransport({ id: "a", servers: `127.0.0.1:${(await freePorts(1))[0]}` }),
  ],
  [
    "impossible options for NATS",
    "CANNOT_CONNECT",
    () => nats.natsTransport({ id: "a", connectionOptions: { servers: "127.0.0.1:1", timeout: anything("x") } }),
  ],
];

describe("errors carry their codes", () => {
  it.each(ways)("%s: %s", async (_, code, attempt) => {
    let thrown: unknown;
    try {
      await attempt();
    } catch (error) {
      thrown = error;
    }
    const row = table.find((each) => each.code === `TIDECAST_${code}`);
    expect(thrown).toMatchObject({ code: row?.code, name: row?.name });
  });

  it.skipIf(!hasNatsServer)("a closed connection to NATS: CANNOT_CONNECT", async () => {
    const server = await TestNatsServer.start();
    onTestFinished(() => server.kill());
    const { connection, ...open } = await nats.natsTransport({ id: "a", servers: server.address });
    const transport = await nats.natsTransport({ id: "b", connection });
    await connection.close();
    const code = "TIDECAST_CANNOT_CONNECT";
    await expect(nats.natsTransport({ id: "c", connection })).rejects.toMatchObject({ code });
    const membership = nats.natsMembership(transport);
    await expect(main.createNode({ id: "b", members: membership, transport })).rejects.toMatchObject({ code });
    expect(open.id).toBe("a");
  });

  it("are distinguished by their codes if a program has the package as ES modules and as CommonJS", () => {
    const program = `
      import { createRequire } from "node:module";
      const modules = await import("./dist/index.js");
      const { createNode } = createRequire(import.meta.url)("./dist/index.cjs");
      const error = await createNode({}).catch((reason) => reason);
      console.log(error instanceof modules.InvalidOptions, error.code === new modules.InvalidOptions("").code, error.code);`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
    expect(printed).toBe("false true TIDECAST_INVALID_OPTIONS\n");
  });
});
