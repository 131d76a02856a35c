import { validate } from "@readme/openapi-parser";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { post, serve } from "./support/servers.js";

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}

type Document = { readonly paths: Record<string, Record<string, Operation>> };

const TOKEN = "a-token-of-20-letters";
const authorization = `Bearer ${TOKEN}`;

async function documented() {
  const server = await serve({ http: { listen: "127.0.0.1:0", token: TOKEN }, limits: { bodyBytes: 100, streams: 1 } });
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
  return { ...server, document };
}

/** One request for each answer that can be had without breaking the server: the document must describe what comes back. */
const REQUESTS: [method: string, path: string, status: number, init?: RequestInit][] = [
  ["post", "/broadcast", 200, { body: "1" }],
  ["post", "/broadcast", 400, { body: "{" }],
  ["post", "/broadcast", 401, { body: "1", headers: { "content-type": "application/json" } }],
  ["post", "/broadcast", 413, { body: JSON.stringify("x".repeat(200)) }],
  ["post", "/broadcast", 415, { body: "1", headers: { authorization, "content-type": "text/plain" } }],
  ["post", "/broadcast?ack=2&ackTimeout=20", 504, { body: "1" }],
  ["post", "/broadcast?topic=orders", 200, { body: "2" }],
  ["post", "/broadcast?topic=two%20words", 400, { body: "2" }],
  ["get", "/values", 200],
  ["get", "/values?topic=orders", 200],
  ["get", "/values?topic=*", 200],
  ["get", "/values?topic=-", 400],
  ["get", "/events?topic=**", 400],
  ["get", "/values?limit=0", 400],
  ["get", "/values", 401, { headers: {} }],
  ["get", "/events?after=never", 400],
  ["get", "/events", 401, { headers: {} }],
  ["get", "/status", 200],
  ["get", "/status", 401, { headers: {} }],
  ["get", "/status?x=1", 400],
  ["get", "/healthz", 200, { headers: {} }],
  ["get", "/readyz", 200, { headers: {} }],
  ["get", "/metrics", 200],
  ["get", "/metrics", 200, { headers: { authorization, accept: "application/openmetrics-text" } }],
  ["get", "/metrics", 401, { headers: {} }],
  ["get", "/metrics?x=1", 400],
  ["get", "/healthz?x=1", 400],
  ["get", "/readyz?x=1", 400],
  ["get", "/openapi.json?x=1", 400],
  ["get", "/values", 403, { headers: { authorization, origin: "https://evil.example" } }],
  ["get", "/readyz", 403, { headers: { origin: "https://evil.example" } }],
  ["get", "/openapi.json", 200, { headers: {} }],
];

describe("the OpenAPI document", () => {
  it("is valid, and has every route", async () => {
    const { document } = await documented();
    const result = await validate(structuredClone(document) as never);
    expect(result).toMatchObject({ valid: true });
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(operations.sort()).toEqual([
      "broadcast",
      "events",
      "healthz",
      "metrics",
      "openapi",
      "readyz",
      "status",
      "values",
    ]);
  });

  it("describes the answers of every route", async () => {
    const { document, url, node } = await documented();
    await node.broadcast({ of: "any shape" });
    const ajv = new Ajv2020({ strict: false });
    for (const [method, path, status, init = {}] of REQUESTS) {
      const headers = { authorization, ...(method === "post" && { "content-type": "application/json" }) };
      const answer = await fetch(url + path, { method: method.toUpperCase(), headers, ...init });
      const operation = document.paths[path.split("?")[0] as string]?.[method] as Operation;
      expect([path, answer.status]).toEqual([path, status]);
      const type = (answer.headers.get("content-type") as string).split(";")[0] as string;
      const content = operation.responses[answer.status]?.content?.[type];
      expect([path, answer.status, type, content !== undefined]).toEqual([path, status, type, true]);
      const text = await answer.text();
      const data = type.endsWith("json") ? JSON.parse(text) : text;
      const isDescribed = ajv.validate((content as { schema: object }).schema, data);
      expect([path, status, isDescribed, ajv.errorsText()]).toEqual([path, status, true, "No errors"]);
    }
    const tried = new Set(REQUESTS.map(([method, path]) => `${method} ${path.split("?")[0]}`));
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods)) expect(tried).toContain(`${method} ${path}`);
  });

  it("describes the limits: no stream too many, and no key for two values", async () => {
    const { url, document } = await documented();
    const controller = new AbortController();
    await fetch(`${url}/events`, { headers: { authorization }, signal: controller.signal });
    expect((await fetch(`${url}/events`, { headers: { authorization } })).status).toBe(503);
    controller.abort();
    const send = (value: number) => post(`${url}/broadcast`, value, { authorization, "idempotency-key": "k" });
    expect([(await send(1)).status, (await send(2)).status]).toEqual([200, 422]);
    expect(document.paths["/events"]?.get?.responses).toHaveProperty("503");
    expect(document.paths["/broadcast"]?.post?.responses).toHaveProperty("422");
  });
});
