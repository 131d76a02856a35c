import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textFrom } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/eventually.js";
import { EventClient } from "./support/event-client.js";
import { post, serve, servePair } from "./support/servers.js";
import { openSocket } from "./support/socket-client.js";

const TOKEN = "a-token-of-20-letters";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-serve-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("POST /broadcast", () => {
  it("brings a value to the clients of all servers", async () => {
    const [a, b] = await servePair();
    const client = await EventClient.open(`${b.url}/events`);
    const answer = await post(`${a.url}/broadcast`, { order: 17 });
    expect([answer.status, await answer.json()]).toEqual([200, { status: "accepted" }]);
    await eventually(() => expect(client.values).toEqual([{ order: 17 }]));
    expect(client.events[0]).toMatchObject({ type: "delivery", data: { member: "a", number: 1 } });
  });

  it.each([[null], [false], [0], ["text"], [[]], [{ __proto: 1 }]])("takes any JSON: %j", async (value) => {
    const { url } = await serve();
    expect((await post(`${url}/broadcast`, value)).status).toBe(200);
    expect(await (await fetch(`${url}/values`)).json()).toMatchObject({ values: [{ value }] });
  });

  it("counts a request with the same idempotency key once", async () => {
    const { url, node } = await serve();
    const send = (value: unknown) => post(`${url}/broadcast`, value, { "idempotency-key": "k" });
    const answers = await Promise.all([send(1), send(1), send(1)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(node.values()).toEqual([1]);
    const reused = await send(2);
    expect([reused.status, await reused.json()]).toEqual([
      422,
      expect.objectContaining({ code: "TIDECAST_IDEMPOTENCY_KEY_REUSED" }),
    ]);
  });

  it("says 504 if too few members confirm a value, and does not broadcast it again for the same key", async () => {
    const [a, b] = await servePair();
    await b.stop();
    await eventually(() => expect(a.node.members()).toHaveLength(1));
    const send = () => post(`${a.url}/broadcast?ack=2&ackTimeout=50`, 1, { "idempotency-key": "k" });
    for (const answer of [await send(), await send()]) {
      expect(answer.status).toBe(504);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({
        ...{ code: "TIDECAST_NOT_CONFIRMED", known: 1, needed: 2, missing: [] },
        detail: expect.stringContaining(
          "1 of 2 nodes confirmed it, the cluster has only 1 member at present; the value",
        ),
      });
    }
    expect(a.node.values()).toEqual([1]);
  });

  const mistakes: [
    what: string,
    init: RequestInit & { path?: string },
    status: number,
    code: string,
    detail: RegExp,
  ][] = [
    ["no JSON", { body: "{" }, 400, "TIDECAST_INVALID_VALUE", /^the body is not JSON: /],
    ["no body", {}, 400, "TIDECAST_INVALID_VALUE", /^the body is not JSON: /],
    ["neither a body nor its type", { headers: {} }, 400, "TIDECAST_INVALID_VALUE", /^there is no body/],
    [
      "bytes that are not UTF-8",
      { body: Buffer.of(34, 255, 34) },
      400,
      "TIDECAST_INVALID_VALUE",
      /^the body is not UTF-8/,
    ],
    [
      "a compressed body",
      { body: "1", headers: { "content-type": "application/json", "content-encoding": "gzip" } },
      415,
      "TIDECAST_UNSUPPORTED_MEDIA_TYPE",
      /^send the value without the content-encoding "gzip"/,
    ],
    ["a negative zero", { body: "-0" }, 400, "TIDECAST_INVALID_VALUE", /; leave it out, or send it as a string$/],
    ["an invalid address", { body: "1", path: "/%zz" }, 400, "TIDECAST_BAD_REQUEST", /%zz/],
    [
      "an inexact number",
      { body: "[9007199254740993]" },
      400,
      "TIDECAST_INVALID_VALUE",
      /9007199254740993 is not exact/,
    ],
    ["a key that objects treat specially", { body: '{"__proto__":1}' }, 400, "TIDECAST_INVALID_VALUE", /__proto__/],
    [
      "too many bytes",
      { body: JSON.stringify("x".repeat(3000)) },
      413,
      "TIDECAST_VALUE_TOO_LARGE",
      /more than 2000 bytes/,
    ],
    [
      "another type",
      { body: "1", headers: { "content-type": "text/plain" } },
      415,
      "TIDECAST_UNSUPPORTED_MEDIA_TYPE",
      /content-type: application\/json/,
    ],
    [
      "an unknown parameter",
      { body: "1", path: "/broadcast?akc=all" },
      400,
      "TIDECAST_BAD_REQUEST",
      /^there is no parameter akc here/,
    ],
    [
      "an invalid parameter",
      { body: "1", path: "/broadcast?ack=most" },
      400,
      "TIDECAST_BAD_REQUEST",
      /^the parameter ack must match/,
    ],
    [
      "an empty key",
      { body: "1", headers: { "content-type": "application/json", "idempotency-key": "" } },
      400,
      "TIDECAST_BAD_REQUEST",
      /has 1 to 200 characters/,
    ],
    ["another method", { method: "PUT", body: "1" }, 405, "TIDECAST_METHOD_NOT_ALLOWED", /does not take PUT; use POST/],
    ["another path", { body: "1", path: "/broadcasts" }, 404, "TIDECAST_NOT_FOUND", /there are \/broadcast, \/values/],
  ];
  it.each(mistakes)("answers with a problem: %s", async (_, { path = "/broadcast", ...init }, status, code, detail) => {
    const { url, node } = await serve({ limits: { bodyBytes: 2000 } });
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...init,
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    expect(problem.type).toMatch(/^urn:tidecast:problem:[a-z-]+$/);
    expect(problem.title).not.toBe("The request failed");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("allow")).toBe(status === 405 ? "POST" : null);
    expect(node.values()).toEqual([]);
  });

  it.each([
    ["no HTTP", "HELLO\r\n\r\n", 400, "the request is not HTTP"],
    ["headers that are too long", `GET /values HTTP/1.1\r\nx: ${"x".repeat(70_000)}\r\n\r\n`, 431, "the headers and"],
  ])("answers a connection with a problem: %s", async (_, text, status, detail) => {
    const { port } = new URL((await serve()).url);
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
    const [head, body] = (await textFrom(socket)).split("\r\n\r\n") as [string, string];
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toMatchObject({
      ...{ status, code: "TIDECAST_BAD_REQUEST", detail: expect.stringContaining(detail) },
    });
  });
});

describe("GET /values", () => {
  it("has pages, and its last cursor leads to the events after it", async () => {
    const { url, node } = await serve();
    for (let value = 1; value <= 5; value++) await node.broadcast(value);
    const pages: number[][] = [];
    let cursor = "start";
    for (let more = true; more; ) {
      const page = (await (await fetch(`${url}/values?limit=2&after=${cursor}`)).json()) as {
        values: { value: number }[];
        cursor: string;
        more: boolean;
      };
      pages.push(page.values.map(({ value }) => value));
      ({ cursor, more } = page);
    }
    expect(pages).toEqual([[1, 2], [3, 4], [5]]);
    const client = await EventClient.open(`${url}/events?after=${cursor}`);
    await node.broadcast(6);
    await eventually(() => expect(client.values).toEqual([6]));
  });

  it("begins with the first page if the cursor is empty", async () => {
    const { url } = await serve();
    await post(`${url}/broadcast`, 17);
    expect(await (await fetch(`${url}/values?after=`)).json()).toMatchObject({ values: [{ value: 17 }] });
  });

  it("refuses a cursor that is none", async () => {
    const { url } = await serve();
    const answer = await fetch(`${url}/values?after=yesterday`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: "TIDECAST_INVALID_CURSOR" }),
    ]);
  });
});

describe("GET /events", () => {
  it("goes on after a lost connection, at another server, without a loss or a repetition", async () => {
    const [a, b] = await servePair();
    const first = await EventClient.open(`${a.url}/events`);
    for (const value of [1, 2, 3]) await a.node.broadcast(value);
    await eventually(() => expect(first.values).toEqual([1, 2, 3]));
    await first.close();
    await a.node.broadcast(4);
    await b.node.broadcast(5);
    await eventually(() => expect(b.node.values()).toHaveLength(5));
    const second = await EventClient.open(`${b.url}/events`, { "last-event-id": first.lastEventId as string });
    await eventually(() => expect(second.values.sort()).toEqual([4, 5]));
    const third = await EventClient.open(`${b.url}/events`, { "last-event-id": second.lastEventId as string });
    await b.node.broadcast(6);
    await eventually(() => expect(third.values).toEqual([6]));
  });

  it("has a cursor before the first event", async () => {
    const { url, node } = await serve();
    const client = await EventClient.open(`${url}/events`);
    await eventually(() => expect(client.lastEventId).toBeDefined());
    await client.close();
    await node.broadcast("missed");
    const again = await EventClient.open(`${url}/events`, { "last-event-id": client.lastEventId as string });
    await eventually(() => expect(again.values).toEqual(["missed"]));
  });

  it("holds nothing for a slow client in memory, and closes its connection in the end", async () => {
    const lines: string[] = [];
    const { url, node } = await serve({ limits: { slowReader: 300 } }, lines);
    const { port } = new URL(url);
    const socket = createConnection(Number(port), "127.0.0.1").pause();
    onTestFinished(() => void socket.destroy());
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.write("GET /events?after=start HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    for (let count = 0; count < 300; count++) await node.broadcast("x".repeat(100_000));
    await eventually(() =>
      expect(lines.join()).toMatch(/closed a stream of events: its client has read nothing for 300 ms/),
    );
    socket.resume();
    await closed;
  });

  it("refuses a stream beyond the limit", async () => {
    const { url } = await serve({ limits: { streams: 1 } });
    await EventClient.open(`${url}/events`);
    const answer = await fetch(`${url}/events`);
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
      503,
      "5",
      expect.objectContaining({ code: "TIDECAST_TOO_MANY_STREAMS" }),
    ]);
  });
});

describe("a WebSocket at /events", () => {
  it("gets the same events, and broadcasts", async () => {
    const [a, b] = await servePair();
    const [sender, receiver] = [await openSocket(a.url), await openSocket(b.url)];
    sender.send({ type: "broadcast", ref: 7, value: { order: 1 } });
    await eventually(() =>
      expect(receiver.of("delivery")).toMatchObject([{ value: { order: 1 }, member: "a", number: 1 }]),
    );
    await eventually(() => expect(sender.of("accepted")).toEqual([{ type: "accepted", ref: 7 }]));
    const { cursor } = receiver.of("delivery")[0] as { cursor: string };
    await a.node.broadcast(2);
    await eventually(() => expect(b.node.values()).toHaveLength(2));
    const again = await openSocket(`${b.url}`, { "last-event-id": cursor });
    await eventually(() => expect(again.of("delivery").map(({ value }) => value)).toEqual([2]));
  });

  it("answers mistakes with a problem", async () => {
    const { url, node } = await serve();
    const client = await openSocket(url);
    client.send("{");
    client.send({ type: "shout", ref: 2, value: 1 });
    client.send({ type: "broadcast", ref: 3, value: 1, ack: 50_000_000 });
    client.send({ type: "broadcast", ref: 4, value: 1, key: 17 });
    client.send({ type: "broadcast", ref: 5, value: 1, ackTimeout: "100" });
    client.send({ type: "broadcast", ref: 6, value: 1, tpoic: "orders" });
    await eventually(() => expect(client.of("problem")).toHaveLength(6));
    const problems = client.of("problem").sort((one, other) => Number(one.ref ?? 0) - Number(other.ref ?? 0));
    expect(problems.map(({ ref, code }) => [ref, code])).toEqual([
      [undefined, "TIDECAST_INVALID_VALUE"],
      ...[2, 3, 4, 5, 6].map((ref) => [ref, "TIDECAST_BAD_REQUEST"]),
    ]);
    expect(problems.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        "key must be a string, but it is 17",
        'ackTimeout must be a number of ms, but it is "100"',
        expect.stringMatching(/^a message has no member "tpoic"; it must be /),
      ]),
    );
    expect(node.values()).toEqual([]);
  });

  it("is refused without a token, and with a wrong cursor", async () => {
    const { url } = await serve({ http: { listen: "127.0.0.1:0", token: TOKEN } });
    await expect(openSocket(url)).rejects.toThrow("401");
    const authorization = `Bearer ${TOKEN}`;
    await expect(openSocket(url, { authorization, "last-event-id": "nonsense" })).rejects.toThrow("400");
    await openSocket(url, { authorization });
  });
});

describe("a bearer token", () => {
  const guarded = ["/values", "/events", "/status", "/metrics"];
  it("is needed on every route but the probes and the description", async () => {
    const { url } = await serve({ http: { listen: "127.0.0.1:0", token: TOKEN } });
    for (const path of guarded) {
      const answer = await fetch(url + path);
      expect([path, answer.status, answer.headers.get("www-authenticate")]).toEqual([
        path,
        401,
        'Bearer realm="tidecast"',
      ]);
    }
    expect((await post(`${url}/broadcast`, 1)).status).toBe(401);
    for (const path of ["/healthz", "/readyz", "/openapi.json"]) expect((await fetch(url + path)).status).toBe(200);
    for (const token of ["wrong", `${TOKEN}x`, "", TOKEN.slice(1)])
      expect((await fetch(`${url}/values`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    expect((await fetch(`${url}/values`, { headers: { authorization: `bearer ${TOKEN}` } })).status).toBe(200);
  });

  it("comes from a file, which is read again when it changes", async () => {
    const tokenFile = join(temporaryFolder(), "tokens");
    writeFileSync(tokenFile, `# one per line\n${TOKEN}\n`);
    const lines: string[] = [];
    const { url } = await serve({ http: { listen: "127.0.0.1:0", tokenFile } }, lines);
    const statusWith = async (token: string) =>
      (await fetch(`${url}/values`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusWith(TOKEN)).toBe(200);
    writeFileSync(tokenFile, "short\n");
    await eventually(() => expect(lines.join()).toMatch(/the tokens stay as they were: .* token 1 is different/));
    expect(await statusWith(TOKEN)).toBe(200);
    writeFileSync(tokenFile, "another-token-of-some-length\n");
    await eventually(() => expect(lines.join()).toMatch(/read 1 token from/));
    expect([await statusWith(TOKEN), await statusWith("another-token-of-some-length")]).toEqual([401, 200]);
  });
});

/** The answer to a request with these headers, which `fetch` would not send. */
async function answerTo(url: string, headers: Record<string, string>) {
  const [status, text] = await new Promise<[number | undefined, Promise<string>]>((resolve, reject) => {
    request(url, { headers }, (answer) => resolve([answer.statusCode, textFrom(answer)]))
      .once("error", reject)
      .end();
  });
  return [status, JSON.parse(await text).code];
}

describe("a page in a browser", () => {
  const refused = [403, "TIDECAST_FORBIDDEN_ORIGIN"];

  it.each([
    ["without a token", {}, {}],
    ["with a token", { token: TOKEN }, { authorization: `Bearer ${TOKEN}` }],
  ])("of another host is refused %s", async (_, http, headers) => {
    const { url } = await serve({ http: { listen: "127.0.0.1:0", ...http } });
    const origin = "https://evil.example";
    for (const path of ["/values", "/status", "/healthz", "/openapi.json", "/nothing"])
      expect([path, ...(await answerTo(url + path, { ...headers, origin }))]).toEqual([path, ...refused]);
    await expect(openSocket(url, { ...headers, origin })).rejects.toThrow("403");
    // A page that the same host serves, such as through a proxy.
    expect((await answerTo(`${url}/values`, { ...headers, origin: url }))[0]).toBe(200);
    await openSocket(url, { ...headers, origin: url });
    await openSocket(url, headers);
  });

  it("cannot reach a server without a token by a name that resolves to this machine", async () => {
    const { url } = await serve();
    const host = `evil.example:${new URL(url).port}`;
    expect(await answerTo(`${url}/values`, { host })).toEqual(refused);
    expect(await answerTo(`${url}/values`, { host, origin: `http://${host}` })).toEqual(refused);
    await expect(openSocket(url, { host, origin: `http://${host}` })).rejects.toThrow("403");
    expect((await answerTo(`${url}/values`, { host: `localhost:${new URL(url).port}` }))[0]).toBe(200);
    const guarded = await serve({ id: "b", http: { listen: "127.0.0.1:0", token: TOKEN } });
    expect((await answerTo(`${guarded.url}/values`, { host, authorization: `Bearer ${TOKEN}` }))[0]).toBe(200);
  });
});

describe("the state of a server", () => {
  it("is ready once it has caught up, and not any more when it stops", async () => {
    const server = await serve({ shutdown: { delay: 300 } });
    const { url } = server;
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
    const client = await EventClient.open(`${url}/events`);
    const stopped = server.stop();
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: "TIDECAST_NOT_READY", detail: "the server is shutting down" }),
    ]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await post(`${url}/broadcast`, "late")).status).toBe(200);
    await eventually(() => expect(client.events).toHaveLength(1));
    await stopped;
    await client.ended;
    await expect(fetch(url)).rejects.toThrow();
  });

  it("hands over what is pending when it stops", async () => {
    const [a, b] = await servePair({ budget: "frugal" });
    await eventually(() => expect(a.node.members()).toHaveLength(2));
    for (let value = 0; value < 100; value++) await a.node.broadcast(value);
    await a.stop();
    await eventually(() => expect(b.node.values()).toHaveLength(100));
  });

  it("stops in time although clients do not read, do not answer, or do not finish their requests", async () => {
    const server = await serve();
    const { host, port } = new URL(server.url);
    const upgrade = "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n";
    const requests = [
      `GET /events HTTP/1.1\r\nhost: ${host}\r\n${upgrade}sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      `GET /events HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
      `POST /broadcast HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n1`,
      "",
    ];
    for (const text of requests) {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
      // Nothing is read, so a WebSocket never hears that it ends.
      socket.on("error", () => {}).pause();
      onTestFinished(() => void socket.destroy());
    }
    await eventually(async () =>
      expect(await (await fetch(`${server.url}/status`)).json()).toMatchObject({ streams: 2 }),
    );
    await expect(
      Promise.race([server.stop().then(() => "stopped"), new Promise((resolve) => setTimeout(resolve, 6_000))]),
    ).resolves.toBe("stopped");
  }, 15_000);

  it("is unhealthy once its journal is lost", async () => {
    const journal = join(temporaryFolder(), "data");
    const { url } = await serve({ journal });
    expect((await post(`${url}/broadcast`, 1)).status).toBe(200);
    rmSync(journal, { recursive: true });
    await eventually(async () => expect((await post(`${url}/broadcast`, 2)).status).toBe(503));
    await eventually(async () => expect((await fetch(`${url}/healthz`)).status).toBe(503));
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it("shows members, root, backlog and lag", async () => {
    const [a, b] = await servePair();
    await eventually(() => expect(a.node.members()).toHaveLength(2));
    const status = await (await fetch(`${b.url}/status`)).json();
    expect(status).toMatchObject({
      id: "b",
      version: "1.2.3",
      root: "a",
      values: 0,
      members: [
        { id: "a", state: "alive", self: false, backlog: 0, lag: { values: 0, isLowerBound: false, age: 0 } },
        { id: "b", self: true },
      ],
    });
  });

  it("has figures for Prometheus", async () => {
    const { url, node } = await serve();
    await node.broadcast(1);
    await fetch(`${url}/values`);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=/);
    const text = await answer.text();
    for (const line of [
      `tidecast_values{node="${node.id}"} 1`,
      `tidecast_members{node="${node.id}"} 1`,
      `tidecast_values_accepted_total{node="${node.id}"} 1`,
      `tidecast_http_requests_total{node="${node.id}",route="/values",status="200"} 1`,
    ])
      expect(text).toContain(`${line}\n`);
  });

  it("has them in OpenMetrics for a client that asks for it", async () => {
    const { url, node } = await serve();
    await fetch(`${url}/values`);
    const answer = await fetch(`${url}/metrics`, { headers: { accept: "application/openmetrics-text" } });
    expect(answer.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    const text = await answer.text();
    for (const line of [
      "# TYPE tidecast_values_accepted counter",
      `tidecast_streams{node="${node.id}"} 0`,
      "# TYPE tidecast_http_requests counter",
      `tidecast_http_requests_total{node="${node.id}",route="/values",status="200"} 1`,
    ])
      expect(text).toContain(`${line}\n`);
    expect(text.endsWith("\n# EOF\n")).toBe(true);
  });
});

it("names all its errors in docs/serve.md", () => {
  const page = readFileSync("docs/serve.md", "utf8");
  const problems = readFileSync("src/serve/http/problems.ts", "utf8");
  const codes = new Set(problems.match(/TIDECAST_[A-Z_]+/g));
  expect(codes.size).toBeGreaterThan(10);
  for (const code of codes) if (code !== "TIDECAST_") expect(page).toContain(`| \`${code}\` | `);
});

it("takes no more connections than its limit", async () => {
  const lines: string[] = [];
  const { url } = await serve({ limits: { connections: 1 } }, lines);
  await EventClient.open(`${url}/events`);
  await expect(
    new Promise((resolve, reject) => request(`${url}/healthz`, resolve).once("error", reject).end()),
  ).rejects.toThrow();
  expect(lines.join()).toContain("refused a connection: there are 1 already (limits.connections)");
});
